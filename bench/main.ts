import 'reflect-metadata';
import { benchApi } from './api.js';
import { benchDispatch } from './dispatch.js';
import { writeFigures } from './figures.js';
import { benchFirstMessage } from './first-message.js';
import { benchFlat } from './flat.js';
import { benchImport } from './import.js';
import { benchLateness } from './lateness.js';
import { benchOverview } from './overview.js';
import { machine, type Options, readOptions } from './options.js';
import { benchSegments } from './segments.js';
import { benchStartup } from './startup.js';
import { closeOnInterrupt } from './tidily.js';
import { benchTracking } from './tracking.js';

const benches: Record<string, (options: Options) => Promise<void>> = {
  dispatch: benchDispatch,
  lateness: benchLateness,
  start: benchStartup,
  flat: benchFlat,
  'first-message': benchFirstMessage,
  segments: benchSegments,
  import: benchImport,
  tracking: benchTracking,
  overview: benchOverview,
  api: benchApi,
};
/** The others need gigabytes, many minutes or packages of their own, and run only when they are named. */
const usual = ['dispatch', 'lateness', 'start'];

const options = readOptions(Object.keys(benches), usual);
closeOnInterrupt();
console.log(machine());
for (const name of options.names) await benches[name]!(options);
writeFigures(options.json);
