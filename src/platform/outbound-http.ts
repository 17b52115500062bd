import { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { type OutboundResult, readAnswer, whyNot } from './outbound-result.js';
import { lookupPublic, privateLiteral } from './public-network.js';

/** What calls may reach and how much of the network they may take. */
export interface OutboundOptions {
  /** Whether loopback, private and link-local addresses may be called. */
  allowPrivate: boolean;
  /** Connections to one origin. Default 10. */
  connections?: number;
  /** Milliseconds for opening a connection, and again for a whole answer. Default 10,000. */
  timeoutMs?: number;
  /** For what an answer tells as a time. */
  now: () => Date;
}

/** A POST on its way. */
export interface OutboundPost {
  url: URL;
  headers: Record<string, string>;
  body: string | Uint8Array;
  /** Asked immediately before the first byte; with false nothing leaves, and the result is `not_sent`, `not_started`. */
  mayLeave?: () => boolean;
}

/**
 * The one client for every call to somebody else's server (R55): a name is resolved once, what is not public is refused,
 * and the connection goes to the address that was checked. No redirects; answers are cut at 64 KB. Results are values.
 */
export class OutboundHttp {
  private readonly agent: Agent;
  private readonly timeoutMs: number;

  constructor(private readonly options: OutboundOptions) {
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.agent = new Agent({
      connections: options.connections ?? 10,
      pipelining: 1,
      headersTimeout: this.timeoutMs,
      bodyTimeout: this.timeoutMs,
      connect: { timeout: this.timeoutMs, lookup: options.allowPrivate ? undefined : lookupPublic },
    });
  }

  /** Makes a POST. Never throws: what went wrong is a value that says whether the server can have seen the request. */
  async post({ url, headers, body, mayLeave = () => true }: OutboundPost): Promise<OutboundResult> {
    const refusal = this.refusalOf(url);
    if (refusal) return whyNot(refusal, false);
    const trip = { left: false, over: new AbortController() };
    let deadline: NodeJS.Timeout | undefined;
    /** undici asks for the body once it is connected, and writes nothing before it has it: never asked, never sent (R9). */
    async function* bytes(this: void): AsyncGenerator<Uint8Array> {
      if (!mayLeave()) throw Object.assign(new Error('It was not allowed to start'), { code: 'ENOTSTARTED' });
      trip.left = true;
      deadline = setTimeout(() => trip.over.abort(), timeoutMs);
      yield typeof body === 'string' ? Buffer.from(body) : body;
    }
    const { timeoutMs } = this;
    try {
      const length = String(Buffer.byteLength(body));
      const answer = await request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': length },
        body: Readable.from(bytes()),
        dispatcher: this.agent,
        signal: trip.over.signal,
      });
      return await readAnswer(answer, this.options.now());
    } catch (error) {
      return whyNot(error as Error, trip.left);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Makes a GET. Never throws; what was asked for can be asked again, so that nobody needs to know whether it left. */
  async get(url: URL, headers: Record<string, string> = {}): Promise<OutboundResult> {
    const refusal = this.refusalOf(url);
    if (refusal) return whyNot(refusal, false);
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const answer = await request(url, { method: 'GET', headers, dispatcher: this.agent, signal });
      return await readAnswer(answer, this.options.now());
    } catch (error) {
      return whyNot(error as Error, false);
    }
  }

  /** Lets calls in flight finish and closes every connection. */
  close(): Promise<void> {
    return this.agent.close();
  }

  private refusalOf({ hostname }: URL): Error | null {
    return this.options.allowPrivate ? null : privateLiteral(hostname);
  }
}
