import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { redacted } from './redaction.js';
import { currentRequestId } from './request-id.js';

/** What the framework says about its own assembly; of no use to whoever runs the product. */
const frameworkContexts = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/** What is logged as `{ message, … }`. */
const isEntry = (message: unknown): message is Record<string, unknown> & { message: string } =>
  typeof message === 'object' &&
  message !== null &&
  typeof (message as { message?: unknown }).message === 'string' &&
  !(message instanceof Error);

/** A field for people. Nobody's work may end at what he says of it, so that what is no JSON is told as far as it can be. */
function inWords(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return inspect(value, { depth: 0, breakLength: Infinity });
  }
}

const silence = new AsyncLocalStorage<true>();

/** Does work, whatever it awaits included, of which the log shall know nothing: what is only played did not happen. */
export function unlogged<Result>(work: () => Result): Result {
  return silence.run(true, work);
}

/** Whether to write in colour: only where a person watches, and not where they asked for none (no-color.org). */
export function inColour(stream: { isTTY?: boolean }, environment: Record<string, string | undefined>): boolean {
  return stream.isTTY === true && !environment.NO_COLOR;
}

/**
 * The log: one line an entry, `message key=value …` for people or JSON for machines, with the id of the request it was
 * written for and without any secret.
 */
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

  /** What an entry says of itself stands beside `message`, where machines look for it. */
  protected override getJsonLogObject(
    message: unknown,
    options: Parameters<ConsoleLogger['getJsonLogObject']>[1],
  ): ReturnType<ConsoleLogger['getJsonLogObject']> {
    const entry = super.getJsonLogObject(message, options);
    const fields = isEntry(message) ? message : { message };
    return { ...fields, ...entry, message: fields.message, request_id: currentRequestId() };
  }

  protected override stringifyJsonLogObject(entry: Record<string, unknown>): string {
    return redacted(super.stringifyJsonLogObject(entry));
  }

  protected override formatMessage(...parts: Parameters<ConsoleLogger['formatMessage']>): string {
    return redacted(super.formatMessage(...parts));
  }

  /** There is none where the error is the message. */
  protected override printStackTrace(stack: string | undefined): void {
    if (stack !== undefined) super.printStackTrace(redacted(stack));
  }

  protected override stringifyMessage(message: unknown, level: LogLevel): string {
    const { message: text, ...fields } = isEntry(message) ? message : { message };
    if (typeof text !== 'string') return super.stringifyMessage(message, level) as string;
    const pairs = Object.entries({ ...fields, request_id: currentRequestId() }).filter(
      ([, value]) => value !== undefined && value !== null,
    );
    const words = [text, ...pairs.map(([key, value]) => `${key}=${inWords(value)}`)].filter(Boolean).join(' ');
    return super.stringifyMessage(words, level) as string;
  }
}
