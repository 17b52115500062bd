import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BARE_HEADERS } from './bare-answers.js';
import { problemOf } from './problem.filter.js';
import { REQUEST_ID_HEADER, workFor } from './request-id.js';

const logger = new Logger('Http');

/** What the address and the headers of a request may have together. */
export const MOST_HEADER_BYTES = 16 * 1024;

/** What Node says of bytes that it could not read as a request; `rawPacket` is the piece of them that came last. */
export interface UnreadError extends Error {
  code?: string;
  rawPacket?: unknown;
}

/** What is answered to each of Node's reasons. */
const refusals: Record<string, [status: number, detail: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come in whole within the time that one may take.'],
  HPE_HEADER_OVERFLOW: [431, `Address and headers may have ${MOST_HEADER_BYTES} bytes together.`],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunks of the body have too long extensions.'],
  HPE_INVALID_METHOD: [400, 'The request begins with no method of HTTP.'],
  HPE_INVALID_URL: [400, 'The address cannot be read.'],
  HPE_INVALID_VERSION: [400, 'The version of HTTP is not one that is spoken here; HTTP/1.1 is.'],
  HPE_INVALID_CONSTANT: [400, 'The request line does not end with a version of HTTP, as HTTP/1.1.'],
  HPE_INVALID_HEADER_TOKEN: [400, 'A header has characters that none may have.'],
  HPE_INVALID_CONTENT_LENGTH: [400, 'Content-Length is not one number.'],
  HPE_UNEXPECTED_CONTENT_LENGTH: [
    400,
    'There is more than one length: Content-Length twice, or with Transfer-Encoding.',
  ],
  HPE_INVALID_TRANSFER_ENCODING: [400, 'Transfer-Encoding does not end with chunked, or stands beside Content-Length.'],
  HPE_INVALID_CHUNK_SIZE: [400, 'The size of a chunk is not a hexadecimal number.'],
  HPE_INVALID_EOF_STATE: [400, 'The request ended before it was whole.'],
};
const NOT_HTTP: [number, string] = [400, 'This is not a request of HTTP/1.1.'];

/** Answers a request whose address cannot be read with a problem, and these headers: it reaches no route and no hook. */
export const refuseAddress =
  (headers: Record<string, string>) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error, request);
    reply.headers({ ...headers, [REQUEST_ID_HEADER]: request.id });
    void reply.status(problem.status).type('application/problem+json').send(problem);
  };

/** A request line, and the address in it, unless that is what is too long. */
const BEGINNING = /^[A-Za-z-]+ (\/[!-~]{0,2000}) HTTP\//;

/**
 * Answers what Node's parser could not read, which reaches no route and no filter, with a problem as every other request,
 * and ends the connection: where the next request would begin nobody can tell.
 */
export function refuseUnread(error: UnreadError, socket: Socket): void {
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: ServerResponse };
  const gone = error.code === 'ECONNRESET' || !socket.writable;
  // An earlier request came in whole: this one is not to be told in place of its answer, nor in the midst of it.
  if (!gone && answer?.req.complete) return refuseBehind(answer, error, socket);
  if (gone || answer?.headersSent) return void socket.destroy(error);
  const [status, detail] = refusals[error.code ?? ''] ?? NOT_HTTP;
  const [, url = '/'] = BEGINNING.exec(String(error.rawPacket)) ?? [];
  refuse(socket, { url, status, detail, reason: error.code });
}

const waiting = new WeakSet<Socket>();

/** Whatever comes meanwhile cannot be read either, and is not refused once more. */
function refuseBehind(answer: ServerResponse, error: UnreadError, socket: Socket): void {
  if (waiting.has(socket)) return;
  waiting.add(socket);
  answer.once('close', () => {
    waiting.delete(socket);
    refuseUnread(error, socket);
  });
}

/**
 * Answers what Node reads but hands to no request listener: CONNECT, and `Expect` with something unknown. Both in their turn,
 * after the answers to what was asked before over the same connection.
 */
export function refuseUnusual(server: Server): void {
  server.on('connect', ({ method }: IncomingMessage, socket: Duplex) => {
    // Node has handed it over, so that its errors are nobody else's either.
    socket.on('error', () => socket.destroy());
    const detail = `${method} is not possible here.`;
    afterAnswers(socket, () => refuse(socket, { url: '/', status: 405, detail, headers: { Allow: 'GET, HEAD' } }));
  });
  server.on('checkExpectation', ({ url = '/' }: IncomingMessage, answer: ServerResponse) => {
    const { status, title, headers, body } = answerTo({
      url,
      status: 417,
      detail: 'Of Expect only 100-continue is known.',
    });
    answer.writeHead(status, title, headers).end(body);
  });
}

/** Does it once nothing is being answered over a connection that Node has handed over, unless it ended meanwhile. */
function afterAnswers(socket: Duplex, refuseIt: () => void): void {
  const { _httpMessage: answer } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  if (answer) answer.once('close', () => afterAnswers(socket, refuseIt));
  else if (socket.writable) refuseIt();
}

interface Refusal {
  url: string;
  status: number;
  detail: string;
  reason?: string;
  headers?: Record<string, string>;
}

function answerTo({ url, status, detail, reason, headers }: Refusal) {
  const id = randomUUID();
  const problem = problemOf(new HttpException(detail, status), { url, id });
  const body = JSON.stringify(problem);
  // The reason and not the bytes: among them may be somebody's key.
  workFor(id, () => logger.log({ message: 'a request was refused before any route', status, reason }));
  const fields = {
    Date: new Date().toUTCString(),
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    [REQUEST_ID_HEADER]: id,
    ...BARE_HEADERS,
    ...headers,
  };
  return { status, title: problem.title, headers: fields, body };
}

function refuse(socket: Duplex, refusal: Refusal): void {
  const { status, title, headers, body } = answerTo(refusal);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${head.join('')}\r\n${body}`, () => socket.destroy());
}
