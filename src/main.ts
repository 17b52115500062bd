import 'reflect-metadata';
import * as nodeModule from 'node:module';

// Compiled code is kept between starts: most of a warm start is loading a thousand files. Absent in Node 20.
nodeModule.enableCompileCache?.();
const { start } = await import('./start.js');
await start();
