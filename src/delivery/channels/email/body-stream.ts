import { Readable } from 'node:stream';

/**
 * A message that knows whether it was ever asked for. nodemailer reads it only after the server's 354, so "never read"
 * proves "not accepted", and "read, but no answer" is the only case in which nobody can know (R9).
 */
export class BodyStream extends Readable {
  wasRead = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly onRead: () => void,
  ) {
    super({ highWaterMark: bytes.length });
  }

  override _read(): void {
    if (!this.wasRead) this.onRead();
    this.wasRead = true;
    this.push(this.bytes);
    this.push(null);
  }
}
