/** Where in its conversation with a client the sink can be told to fail. */
export type SinkStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot';

/**
 * What the sink does instead of its duty: refuse with a reply, hang up, or never answer. The `accept_` faults concern the
 * dot only: the message is taken and recorded, but the client never learns of it.
 */
export type SinkFault = { code: number; text: string } | 'close' | 'hang' | 'accept_then_close' | 'accept_then_hang';

/** Decides about one step of one client; undefined lets it pass. `transaction` counts the messages of the connection from 0. */
export type SinkScript = (stage: SinkStage, about: { to: string; transaction: number }) => SinkFault | undefined;

/** An error as the server library wants it: its reply. */
export class Refusal extends Error {
  constructor(
    text: string,
    readonly responseCode: number,
  ) {
    super(text);
  }
}
