import 'reflect-metadata';
import * as nodeModule from 'node:module';

import { outliveReaders } from './platform/lost-readers.js';

// As in main.ts: a command is mostly loading.
nodeModule.enableCompileCache?.();
outliveReaders(() => process.stderr.write('Nobody reads the output any more; the command goes on to its end.\n'));
const { buildProgram } = await import('./commands/program.js');
await buildProgram().parseAsync();
