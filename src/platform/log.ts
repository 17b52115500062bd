import { AsyncLocalStorage } from 'node:async_hooks';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** What the framework says about its own assembly; of no use to whoever runs the product. */
const frameworkContexts = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

const silence = new AsyncLocalStorage<true>();

/** Does work, whatever it awaits included, of which the log shall know nothing: what is only played did not happen. */
export function unlogged<Result>(work: () => Result): Result {
  return silence.run(true, work);
}

/** Whether to write in colour: only where a person watches, and not where they asked for none (no-color.org). */
export function inColour(stream: { isTTY?: boolean }, environment: Record<string, string | undefined>): boolean {
  return stream.isTTY === true && !environment.NO_COLOR;
}

/** The log: one line an entry, `message key=value …` for people or JSON for machines. */
export class Log extends ConsoleLogger {
  constructor(format: 'text' | 'json') {
    super({
      json: format === 'json',
      colors: format === 'text' && inColour(process.stdout, process.env),
      logLevels: ['log', 'warn', 'error', 'fatal'],
      prefix: 'Campanile',
      compact: true,
    });
  }

  override isLevelEnabled(level: LogLevel): boolean {
    return silence.getStore() === undefined && super.isLevelEnabled(level);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (typeof rest.at(-1) === 'string' && frameworkContexts.has(rest.at(-1) as string)) return;
    super.log(message, ...(rest as [string]));
  }

  protected override stringifyMessage(message: unknown, level: LogLevel): string {
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      return super.stringifyMessage(message, level) as string;
    const { message: text, ...fields } = message as Record<string, unknown>;
    const pairs = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
    const words = [text, ...pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`)].filter(Boolean).join(' ');
    return super.stringifyMessage(words, level) as string;
  }
}
