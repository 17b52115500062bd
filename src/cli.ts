import 'reflect-metadata';
import { buildProgram } from './commands/program.js';

await buildProgram().parseAsync();
