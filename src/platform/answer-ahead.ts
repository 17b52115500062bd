import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Answers a request, or says false and has touched nothing. */
export type Taker = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Lets some requests of a server be answered before its framework sees them: the way through hooks and headers of a page costs
 * more than three short answers. A server that closes takes none: then it is the framework that knows how to refuse.
 */
export function answerAhead(server: Server, take: Taker): void {
  const framework = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (server.listening && take(request, response)) return;
    for (const listener of framework) listener.call(server, request, response);
  });
}
