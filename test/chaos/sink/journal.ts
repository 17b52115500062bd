import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Entry } from './faults.js';

/** The append-only file that says what the sink took responsibility for. */
export class Journal {
  private readonly descriptor: number;

  constructor(path: string) {
    this.descriptor = openSync(path, 'a');
  }

  /** Writes a line whole or not at all; throws where the disk is full. */
  write(entry: Entry): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    const before = fstatSync(this.descriptor).size;
    try {
      for (let written = 0; written < line.length;) written += writeSync(this.descriptor, line, written);
    } catch (error) {
      ftruncateSync(this.descriptor, before);
      throw error;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
