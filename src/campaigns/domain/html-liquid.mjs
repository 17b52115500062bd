import {
  AssignTag,
  CaptureTag,
  CycleTag,
  EchoTag,
  evalToken,
  Liquid,
  LiquidError,
  Output,
  ParseError,
  Parser,
  toValue,
  TypeGuards,
  Value,
} from 'liquidjs';

/** Filters that escape as the engine itself does. */
const ESCAPING = new Set(['escape', 'xml_escape', 'escape_once']);
/** Filters that leave escaped text escaped, where they are given nothing to work with. */
const KEEPING = new Set(['raw', 'strip', 'lstrip', 'rstrip', 'strip_newlines', 'squish', 'newline_to_br']);

/** What a rendering knows of its own text: the variables that hold escaped text, and how often it printed something as it was. */
const textOf = (context) => context.getRegister('text', { escaped: new Map(), asItWas: 0 });

/** Whether this token is a variable that holds this text, escaped. Of equal texts one is as harmless as the other. */
function holdsEscaped(token, text, context) {
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable !== undefined || token.props.length > 1) return false;
  return typeof text === 'string' && textOf(context).escaped.get(token.props[0].content) === text;
}

/** A value as the engine evaluates it, but that nothing is escaped twice; and whether it is escaped now. */
function* evaluated({ initial, filters }, context) {
  const [first] = initial.postfix;
  let value = yield initial.evaluate(context, false);
  let escaped = initial.postfix.length === 1 && holdsEscaped(first, value, context);
  for (const filter of filters) {
    // What the engine puts after every output has no name.
    const escapes = ESCAPING.has(filter.name) || filter.handler === context.opts.outputEscape;
    if (escaped && escapes) continue;
    // Its line breaks are HTML, and what stands between them becomes it here: escaped afterwards, nobody would see a break.
    if (filter.name === 'newline_to_br' && !escaped) {
      value = yield context.opts.outputEscape.call({ context }, toValue(value));
      escaped = true;
    }
    const before = value;
    value = yield filter.render(value, context);
    if (filter.name === 'default') {
      if (value !== before) escaped = holdsEscaped(filter.args[0], value, context);
    } else escaped = escapes || (escaped && filter.args.length === 0 && KEEPING.has(filter.name));
  }
  return { value, escaped };
}

/** A value as it is printed: escaped, unless it is already or the template says `raw`. */
function* printed(expression, context, { token, liquid }) {
  const { value: kept, escaped } = yield* evaluated(expression, context);
  const value = toValue(kept);
  if (escaped) return value;
  if (!expression.filters.at(-1)?.raw) return yield liquid.options.outputEscape.call({ context, token, liquid }, value);
  textOf(context).asItWas += 1;
  return value;
}

function remember(name, text, escaped, context) {
  const known = textOf(context).escaped;
  if (escaped) known.set(name, text);
  else known.delete(name);
}

class EscapingOutput extends Output {
  constructor(token, liquid) {
    super(token, liquid);
    this.liquid = liquid;
  }

  *render(context, emitter) {
    emitter.write(yield* printed(this.value, context, this));
  }
}

class EscapingEcho extends EchoTag {
  *render(context, emitter) {
    if (this.value) emitter.write(yield* printed(this.value, context, this));
  }
}

class EscapingCycle extends CycleTag {
  *render(context, emitter) {
    const group = yield evalToken(this.group, context);
    const key = `cycle:${group}:${this.candidates.map((candidate) => candidate.getText()).join(',')}`;
    const turns = context.getRegister('cycle', {});
    const turn = turns[key] ?? 0;
    turns[key] = (turn + 1) % this.candidates.length;
    emitter.write(yield* printed(new Value(this.candidates[turn], this.liquid), context, this));
  }
}

class EscapingAssign extends AssignTag {
  *render(context) {
    const { value, escaped } = yield* evaluated(this.value, context);
    context.bottom()[this.key] = value;
    remember(this.key, value, escaped, context);
  }
}

/** What is captured was escaped where it was printed, all of it, unless `raw` let something through. */
class EscapingCapture extends CaptureTag {
  *render(context, emitter) {
    const text = textOf(context);
    const before = text.asItWas;
    yield* super.render(context, emitter);
    remember(this.variable, context.bottom()[this.variable], text.asItWas === before, context);
    // It is printed nowhere yet.
    text.asItWas = before;
  }
}

class EscapingParser extends Parser {
  parseToken(token, rest) {
    if (!TypeGuards.isOutputToken(token)) return super.parseToken(token, rest);
    try {
      return new EscapingOutput(token, this.liquid);
    } catch (error) {
      throw LiquidError.is(error) ? error : new ParseError(error, token);
    }
  }
}

/**
 * LiquidJS that escapes each value once in HTML. The engine alone escapes whatever is printed: also what was captured or
 * assigned escaped, and what the template escapes itself. Here that stands as it is; any other filter makes text of it that
 * is escaped as all text is.
 */
export class HtmlLiquid extends Liquid {
  constructor(options) {
    super({ ...options, outputEscape: 'escape' });
    this.registerTag('echo', EscapingEcho);
    this.registerTag('cycle', EscapingCycle);
    this.registerTag('assign', EscapingAssign);
    this.registerTag('capture', EscapingCapture);
  }

  parse(template) {
    return new EscapingParser(this).parse(template);
  }
}
