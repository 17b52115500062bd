import { inWords } from './file-trouble.js';
import { Terminal } from './terminal.js';

/** Runs a command; a failure is one sentence on standard error and exit code 1. */
export async function command(json: boolean, work: (terminal: Terminal) => Promise<void>): Promise<void> {
  try {
    await work(new Terminal(json));
  } catch (error) {
    console.error(inWords(error));
    process.exitCode = 1;
  }
}
