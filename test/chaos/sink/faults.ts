/** Where in a transaction a fault strikes. `dot` is after the whole message. */
export type Stage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot';

/**
 * What happens instead of the normal answer. `drop` closes without an answer and without taking the message; `swallow`
 * takes it and closes without an answer; `hang` says nothing for `ms` and then resets; `slow` answers byte by byte.
 */
export type Act = 'answer' | 'drop' | 'swallow' | 'hang' | 'slow';

/** One kind of misbehaviour and how often it strikes, 0 to 1. */
export interface Fault {
  stage: Stage;
  act: Act;
  share: number;
  /** The reply of `answer`, for instance `450 4.2.1 try later`. */
  reply?: string;
  /** How long `hang` lasts, or each byte of `slow` takes. */
  ms?: number;
}

/** How the sink behaves from now on. */
export interface Manners {
  faults: Fault[];
  /** Milliseconds before each answer to the dot: what makes a run last. */
  dotMs: number;
  /** Where set, EHLO offers AUTH and MAIL needs it. */
  auth?: boolean;
  /** Tells the runner, and never answers, when this address is a recipient. */
  poison?: string;
}

/** What the runner tells the sink process. */
export type ToSink = { manners: Manners } | { hangUp: true };

/** What the sink process tells the runner. */
export type FromSink = { ports: number[] } | { accepted: number; connections: number } | { poisoned: number };

/**
 * A line of the sink's journal. `ok` and `swallowed` were taken; `dropped` and `hung` came whole and were not; `refused` got a
 * definite no.
 */
export interface Entry {
  end: 'ok' | 'swallowed' | 'dropped' | 'hung' | 'refused';
  /** The delivery key of the Message-ID; empty where we hung up before the message came. */
  key: string;
  subject: string;
  to: string;
  /** When MAIL came, in milliseconds since the epoch: the start of the try. */
  mailAt: number;
  at: number;
}
