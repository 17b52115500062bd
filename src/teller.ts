import { outliveReaders } from './platform/lost-readers.js';

/** Says what an operator is to know: as it is, or as one entry of the log where machines read that. */
export class Teller {
  format: 'text' | 'json' = 'text';

  constructor() {
    outliveReaders();
  }

  readonly tell = (words: string): void => {
    process.stdout.write(`${this.format === 'text' ? words : this.entry(words)}\n`);
  };

  private entry(words: string): string {
    const lines = words.split('\n').map((line) => line.trim());
    const message = lines.filter(Boolean).join('; ');
    return JSON.stringify({ level: 'log', pid: process.pid, timestamp: Date.now(), message });
  }
}
