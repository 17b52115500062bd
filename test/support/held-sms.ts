import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the gateway answers: it takes the message, refuses it for good, or hangs up. */
type Answer = 'taken' | 'refused' | 'lost';

/** An SMS gateway that holds each message until the test says what becomes of it. */
export class HeldSms {
  private readonly waiting: [IncomingMessage, ServerResponse][] = [];
  private readonly answers: Answer[] = [];
  private readonly server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      this.waiting.push([request, response]);
      this.settle();
    });
  });

  static async listen(): Promise<HeldSms> {
    const gateway = new HeldSms();
    await new Promise<void>((resolve) => gateway.server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/sms`;
  }

  /** What becomes of the next messages, in their order, also of those that are still to come. */
  answer(...answers: Answer[]): void {
    this.answers.push(...answers);
    this.settle();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private settle(): void {
    while (this.waiting.length > 0 && this.answers.length > 0) {
      const [[request, response], answer] = [this.waiting.shift()!, this.answers.shift()!];
      if (answer === 'lost') request.socket.destroy();
      else {
        response.writeHead(answer === 'taken' ? 200 : 400, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer === 'taken' ? { id: 'held' } : { error: 'Invalid' }));
      }
    }
  }
}
