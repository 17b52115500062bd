import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { startApp, type TestApp } from './support/app.js';
import { expectProblem } from './support/problems.js';

const HOST = 'Host: x\r\n';
const CLOSE = 'Connection: close\r\n';
const get = (url: string, headers = HOST, method = 'GET') => `${method} ${url} HTTP/1.1\r\n${headers}${CLOSE}\r\n`;
const post = (headers: string, body: string) =>
  `POST /segments HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n${body}`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const LONG = 'a'.repeat(20_000);

/** Bytes that are no request, or none that a route could answer, and what is answered. */
const unread: [what: string, bytes: string, status: number, code: string][] = [
  ['with a method that nobody knows', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 400, 'MALFORMED_REQUEST'],
  ['that is rubbish', 'hello there\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  ['that is meant for TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'MALFORMED_REQUEST'],
  ['of HTTP/0.9', 'GET /\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  ['of HTTP/3.0', `GET / HTTP/3.0\r\n${HOST}\r\n`, 400, 'MALFORMED_REQUEST'],
  ['of HTPP/1.1', `GET / HTPP/1.1\r\n${HOST}\r\n`, 400, 'MALFORMED_REQUEST'],
  ['with a blank in its address', get('/a b'), 400, 'MALFORMED_REQUEST'],
  ['with half an escape in its address', get('/campaigns/%zz'), 400, 'MALFORMED_REQUEST'],
  ['without a host', get('/health/live', ''), 400, 'MALFORMED_REQUEST'],
  ['with two hosts', get('/health/live', `${HOST}host: y\r\n`), 400, 'MALFORMED_REQUEST'],
  ['with a header of no name', get('/', `${HOST}a b: c\r\n`), 400, 'MALFORMED_REQUEST'],
  ['with a length in words', post('Content-Length: two\r\n', '{}'), 400, 'MALFORMED_REQUEST'],
  ['with a length below nothing', post('Content-Length: -1\r\n', '{}'), 400, 'MALFORMED_REQUEST'],
  ['with two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), 400, 'MALFORMED_REQUEST'],
  ['with a length and chunks', post(`Content-Length: 2\r\n${CHUNKED}`, '0\r\n\r\n'), 400, 'MALFORMED_REQUEST'],
  ['with chunks and a length', post(`${CHUNKED}Content-Length: 2\r\n`, '0\r\n\r\n'), 400, 'MALFORMED_REQUEST'],
  ['coded as nobody knows', post('Transfer-Encoding: foo\r\n', '{}'), 400, 'MALFORMED_REQUEST'],
  ['with a chunk of no size', post(CHUNKED, 'zz\r\n{}'), 400, 'MALFORMED_REQUEST'],
  ['with endless headers', get('/', `${HOST}A: ${LONG}\r\n`), 431, 'HEADERS_TOO_LARGE'],
  ['with an endless address', get(`/${LONG}`), 431, 'HEADERS_TOO_LARGE'],
  ['with a part of an address too long', get(`/campaigns/${'1'.repeat(900)}`), 414, 'URL_TOO_LONG'],
  ['that expects wonders', get('/', `${HOST}Expect: wonders\r\n`), 417, 'EXPECTATION_FAILED'],
  ['for a tunnel', `CONNECT x:80 HTTP/1.1\r\n${HOST}\r\n`, 405, 'METHOD_NOT_ALLOWED'],
  ['with a method of other servers', get('/campaigns', HOST, 'PROPFIND'), 405, 'METHOD_NOT_ALLOWED'],
  ['to be traced', get('/', HOST, 'TRACE'), 405, 'METHOD_NOT_ALLOWED'],
  [
    'in a form that is not taken',
    post(`Content-Type: text/xml\r\nContent-Length: 3\r\n${CLOSE}`, '<a>').replace(
      'Content-Type: application/json\r\n',
      '',
    ),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
];

/** The first answer in what the server said, and what stands behind it. */
function answerIn(heard: string) {
  const [head, ...rest] = heard.split('\r\n\r\n');
  const [line, ...lines] = head!.split('\r\n');
  const pairs = lines.map((text) => /^(.*?): (.*)$/.exec(text)!.slice(1));
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name!.toLowerCase(), value!]));
  const text = rest.join('\r\n\r\n');
  const length = Number(headers['content-length']);
  return {
    status: Number(line!.split(' ')[1]),
    headers,
    body: JSON.parse(text.slice(0, length)),
    rest: text.slice(length),
  };
}

describe('a request', () => {
  let app: TestApp;
  let server: Server;
  beforeAll(async () => {
    app = await startApp();
    await app.app.listen(0, '127.0.0.1');
    server = app.app.getHttpServer();
  });
  afterAll(() => app.close());

  const open = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  /** All that comes until the server ends the connection. */
  const hear = async (socket: Socket): Promise<string> => {
    let heard = '';
    socket.on('data', (piece) => (heard += piece.toString('latin1')));
    await once(socket, 'close');
    return heard;
  };
  const expectRefusal = (heard: string, status: number, code: string) => {
    const { rest, ...answer } = answerIn(heard);
    expectProblem(answer, status, code);
    expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
    expect(answer.headers.connection).toBe('close');
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(rest).toBe('');
    return answer;
  };

  it.each(unread)('%s is refused in the shape of every other, and told once', async (_what, bytes, status, code) => {
    const socket = await open();
    socket.write(bytes, 'latin1');
    expectRefusal(await hear(socket), status, code);
  });

  it.each([
    ['in its headers', 'GET /camp'],
    ['in its body', post('Content-Length: 20\r\n', '{"name":')],
  ])('that is cut short %s is refused to whoever still listens', async (_where, bytes) => {
    const socket = await open();
    socket.end(bytes);
    expectRefusal(await hear(socket), 400, 'MALFORMED_REQUEST');
    expect((await app.request('GET', '/segments')).body).toEqual([]);
  });

  it('that takes too long is refused, and the log says why, with the id and nothing of the request', async () => {
    const said = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const socket = await open();
    const [theirs] = await connected;
    server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), theirs);
    expectRefusal(await hear(socket), 408, 'REQUEST_TIMEOUT');
    expect(said.mock.calls).toEqual([
      [{ message: 'a request was refused before any route', status: 408, reason: 'ERR_HTTP_REQUEST_TIMEOUT' }],
    ]);
    said.mockRestore();
  });

  it('whose connection was reset is not answered', async () => {
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const socket = (await open()).on('error', () => undefined);
    const [theirs] = await connected;
    server.emit('clientError', Object.assign(new Error(), { code: 'ECONNRESET' }), theirs);
    expect(await hear(socket)).toBe('');
  });

  it('behind one that is still being answered is refused after that, which counts', async () => {
    const socket = await open();
    socket.write(`POST /segments HTTP/1.1\r\n${HOST}\r\nFOO / HTTP/1.1\r\n\r\n`);
    const heard = hear(socket);
    socket.write('and more of it\r\n\r\n');
    const first = answerIn(await heard);
    expect([first.status, first.body.code]).toEqual([401, 'KEY_REQUIRED']);
    expectRefusal(first.rest, 400, 'MALFORMED_REQUEST');
  });

  it.each([
    ['expects wonders', get('/', `${HOST}Expect: wonders\r\n`), 417, 'EXPECTATION_FAILED'],
    ['asks for a tunnel', `CONNECT x:80 HTTP/1.1\r\n${HOST}\r\n`, 405, 'METHOD_NOT_ALLOWED'],
  ])('that %s behind two that are still being answered is refused after both', async (_what, bytes, status, code) => {
    const socket = await open();
    socket.write(`GET /segments HTTP/1.1\r\n${HOST}\r\n`.repeat(2) + bytes);
    let heard = await hear(socket);
    for (let before = 0; before < 2; before += 1) {
      const answer = answerIn(heard);
      expect([answer.status, answer.body.code]).toEqual([401, 'KEY_REQUIRED']);
      heard = answer.rest;
    }
    expectRefusal(heard, status, code);
  });

  it('says which address it was about, where that could be read', async () => {
    const socket = await open();
    socket.write(post('Content-Length: two\r\n', '{}'));
    expect(expectRefusal(await hear(socket), 400, 'MALFORMED_REQUEST').body.instance).toBe('/segments');
  });

  it('behind another one, when the server closes, is answered like every problem', async () => {
    const socket = await open();
    const heard = hear(socket);
    socket.write(post('Content-Length: 2\r\n', '{'));
    await once(server, 'request');
    const closed = app.app.close();
    socket.write(`}${get('/health/ready')}`);
    const first = answerIn(await heard);
    expect(first.status).toBe(401);
    expectRefusal(first.rest, 503, 'SHUTTING_DOWN');
    await closed;
  });
});
