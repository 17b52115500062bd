import type { FastifyInstance } from 'fastify';
import { CampanileError } from './errors.js';

/** Answered as long as the process lives: who watches it must not take one that drains for one that hangs. */
const LIVE = '/health/live';

/** Refuses what still comes over open connections once the server closes: a problem, where Fastify has a form of its own. */
export function refuseOnceClosing(server: FastifyInstance): void {
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
  });
  server.addHook('onRequest', async ({ routeOptions: { url } }) => {
    if (closing && url !== LIVE)
      throw new CampanileError('unavailable', 'SHUTTING_DOWN', 'This process is about to end.');
  });
}
