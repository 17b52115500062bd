import 'reflect-metadata';
import * as nodeModule from 'node:module';

nodeModule.enableCompileCache?.();
const { startSender } = await import('./start-sender.js');
await startSender();
