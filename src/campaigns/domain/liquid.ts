import { Liquid } from 'liquidjs';
import type { Format } from './content.js';
import { HtmlLiquid } from './html-liquid.mjs';

/**
 * Nothing but the given fields is reachable: own properties only, no files, no includes. The limits are LiquidJS's own:
 * characters parsed, milliseconds and memory units per rendering (R50). They are data, so that another process reads templates in
 * the same way.
 */
export const LIQUID_LIMITS = {
  ownPropertyOnly: true,
  strictFilters: true,
  dynamicPartials: false,
  templates: {},
  parseLimit: 1_000_000,
  renderLimit: 100,
  memoryLimit: 4_000_000,
} as const;

/** Tags that would look for other templates. */
export const REMOVED_TAGS: readonly string[] = ['include', 'render', 'layout', 'block'];

function engineOf(format: Format): Liquid {
  const engine = format === 'html' ? new HtmlLiquid(LIQUID_LIMITS) : new Liquid(LIQUID_LIMITS);
  for (const tag of REMOVED_TAGS) delete (engine.tags as Record<string, unknown>)[tag];
  return engine;
}

/** The engine of each format. */
export const engines: Record<Format, Liquid> = { html: engineOf('html'), text: engineOf('text') };
