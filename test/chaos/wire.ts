/** Cuts one direction of a PostgreSQL conversation into messages, across chunk borders. */
export class MessageWalk {
  private rest: Buffer = Buffer.alloc(0);

  /** `untyped` is how many messages without a type byte come first: the client's startup. */
  constructor(private untyped = 0) {}

  /** The messages that this chunk completes. */
  *of(chunk: Buffer): Generator<{ type: string; body: Buffer }> {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    for (;;) {
      const typeBytes = this.untyped > 0 ? 0 : 1;
      if (this.rest.length < typeBytes + 4) return;
      const end = typeBytes + this.rest.readInt32BE(typeBytes);
      if (this.rest.length < end) return;
      const type = typeBytes ? String.fromCharCode(this.rest[0]!) : '';
      const body = this.rest.subarray(typeBytes + 4, end);
      this.rest = this.rest.subarray(end);
      if (!typeBytes) this.untyped -= 1;
      yield { type, body };
    }
  }
}

/** Statements whose commit matters: a lost answer to one of these leaves the asker in the dark. */
const WRITE = /^\s*(?:commit\b|(?:\/\*.*?\*\/\s*)?(?:with|update|insert)\b)/i;

/** Follows what a client asks for, prepared statements included, and tells when it has sent a write. */
export class WriteWatch {
  private readonly walk = new MessageWalk(1);
  private readonly prepared = new Map<string, boolean>();

  /** Whether this chunk asks the server to carry out a write. */
  asksForWrite(chunk: Buffer): boolean {
    let asks = false;
    for (const { type, body } of this.walk.of(chunk)) {
      if (type === 'Q') asks ||= WRITE.test(text(body, 0));
      if (type === 'P') {
        const name = text(body, 0);
        this.prepared.set(name, WRITE.test(text(body, Buffer.byteLength(name) + 1)));
      }
      if (type === 'B') {
        const portal = text(body, 0);
        asks ||= this.prepared.get(text(body, Buffer.byteLength(portal) + 1)) ?? false;
      }
    }
    return asks;
  }
}

const text = (body: Buffer, from: number): string => body.toString('utf8', from, body.indexOf(0, from));
