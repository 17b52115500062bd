import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { answerParent } from './answering.js';

const server = fastify();
server.get('/', () => ({ hello: 'world' }));

/** A bare server that says hello: what this machine, this Node and this Fastify can do at most. */
answerParent({
  listen: async () => {
    await server.listen({ port: 0, host: '127.0.0.1' });
    return (server.server.address() as AddressInfo).port;
  },
  close: () => server.close(),
});
