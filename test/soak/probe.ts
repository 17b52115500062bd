import { createServer } from 'node:http';

/** What is alive in a process after a garbage collection. */
export interface Alive {
  /** Bytes of JavaScript objects. */
  heap: number;
  /** What keeps the event loop going or could: sockets, timers, files, requests to the system. */
  handles: number;
}

/** Where a process says what is alive in it. */
export const PROBE_PORT = 'SOAK_PROBE_PORT';

const collect = (globalThis as { gc?: () => void }).gc;
const port = process.env[PROBE_PORT];

// Loaded into the application by `--import`, with `--expose-gc`. A process it starts has no use for the port.
if (collect && port) {
  delete process.env[PROBE_PORT];
  const server = createServer((_, response) => {
    collect();
    const alive: Alive = {
      heap: process.memoryUsage().heapUsed,
      handles: process.getActiveResourcesInfo().length,
    };
    response.end(JSON.stringify(alive));
  });
  server.listen(Number(port), '127.0.0.1').unref();
}
