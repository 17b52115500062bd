import { Context, Liquid } from 'liquidjs';
import { HtmlLiquid } from '../../campaigns/domain/html-liquid.mjs';

/** Templates kept parsed, by what they are written as. */
const MOST_PARSED = 32;

const { limits, removedTags, mostCharacters } = JSON.parse(process.argv[2]);
const parsed = new Map();

function engineOf(format) {
  const engine = format === 'html' ? new HtmlLiquid(limits) : new Liquid(limits);
  for (const tag of removedTags) delete engine.tags[tag];
  return engine;
}

const engines = { html: engineOf('html'), text: engineOf('text') };

function templateOf({ format, template }) {
  const key = `${format} ${template}`;
  const known = parsed.get(key);
  if (known) return known;
  if (parsed.size >= MOST_PARSED) parsed.clear();
  const made = engines[format].parse(template);
  parsed.set(key, made);
  return made;
}

/**
 * The engine looks at the clock of the wall; here a message may take so much time of a processor. On a busy machine a good
 * message waits for one, and the time that others had must fail nobody.
 */
function renderLimit({ renderLimit: milliseconds }) {
  const before = process.cpuUsage();
  let lookAgainAt = performance.now() + milliseconds;
  return {
    check(now) {
      if (now <= lookAgainAt) return;
      const { user, system } = process.cpuUsage(before);
      const left = milliseconds - (user + system) / 1000;
      if (left <= 0) throw new Error('template render limit exceeded');
      lookAgainAt = now + left;
    },
  };
}

function fill(source, fields) {
  if (source === null) return null;
  const engine = engines[source.format];
  const context = new Context(
    fields,
    engine.options,
    { sync: true },
    { liquid: engine, renderLimit: renderLimit(engine.options) },
  );
  const filled = String(engine.renderSync(templateOf(source), context));
  if (filled.length > mostCharacters) throw new Error(`it comes to more than ${mostCharacters} characters`);
  return filled;
}

/** Fills one message's templates after the other; whoever asks kills this process where one takes too long. */
process.on('message', ({ sources, fields }) => {
  try {
    process.send({ filled: sources.map((source) => fill(source, fields)) });
  } catch (error) {
    process.send({ fault: error.message });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
