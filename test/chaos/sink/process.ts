import { type AddressInfo, createServer } from 'node:net';
import { Chance } from '../chance.js';
import { Dialogue } from './dialogue.js';
import type { FromSink, Manners, ToSink } from './faults.js';
import { Journal } from './journal.js';

/** The sink as a process: a journal, a seed and how many ports, each for one application process. */
const [path = '', seed = '1', ports = '1'] = process.argv.slice(2);
const journal = new Journal(path);
const chance = new Chance(Number(seed));
const open = new Set<Dialogue>();
let manners: Manners = { faults: [], dotMs: 0 };
let accepted = 0;
let connections = 0;
let told = '';

const tell = (message: FromSink): void => void process.send?.(message);

async function listen(index: number): Promise<number> {
  const server = createServer((socket) => {
    connections += 1;
    const dialogue = new Dialogue(socket, {
      manners: () => manners,
      chance: () => chance.next(),
      note: (entry) => {
        journal.write(entry);
        if (entry.end === 'ok' || entry.end === 'swallowed') accepted += 1;
      },
      poisoned: () => tell({ poisoned: index }),
    });
    open.add(dialogue);
    socket.once('close', () => open.delete(dialogue));
  });
  // Out of file descriptors: the connection is refused, the server stays.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

process.on('message', (message: ToSink) => {
  if ('manners' in message) manners = message.manners;
  else for (const dialogue of open) dialogue.hangUp();
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the runner decides when the sink may go.
process.on('SIGINT', () => undefined);
setInterval(() => {
  const now = `${accepted} ${connections}`;
  if (now !== told) tell({ accepted, connections });
  told = now;
}, 10);
tell({ ports: await Promise.all(Array.from({ length: Number(ports) }, (_, index) => listen(index))) });
