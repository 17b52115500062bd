import { Liquid, type LiquidOptions } from 'liquidjs';

/** LiquidJS that escapes each value once in HTML: not again what was captured, assigned escaped or escaped by the template. */
export class HtmlLiquid extends Liquid {
  constructor(options: LiquidOptions);
}
