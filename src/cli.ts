import 'reflect-metadata';
import * as nodeModule from 'node:module';

// As in main.ts: a command is mostly loading.
nodeModule.enableCompileCache?.();
const { buildProgram } = await import('./commands/program.js');
await buildProgram().parseAsync();
