import 'reflect-metadata';
import { writeFigures } from './figures.js';
import { machine, type Options, readOptions } from './options.js';
import { installPeers } from './peers-package.js';
import { benchQueues } from './queues.js';
import { benchSmtp } from './smtp.js';
import { closeOnInterrupt } from './tidily.js';

const benches: Record<string, (options: Options) => Promise<void>> = { queues: benchQueues, smtp: benchSmtp };
const options = readOptions(Object.keys(benches));
installPeers();
closeOnInterrupt();
console.log(machine());
for (const name of options.names) await benches[name]!(options);
writeFigures(options.json);
