/** What every command can say: results for people or, with `--json`, for programs. */
export class Terminal {
  constructor(private readonly json: boolean) {}

  /** A line for people; silent under `--json`. */
  say(line: string): void {
    if (!this.json) console.log(line);
  }

  /** The command's result: printed as JSON under `--json`, in words otherwise. */
  result(value: unknown, words: string): void {
    console.log(this.json ? JSON.stringify(value) : words);
  }

  /** A progress bar for long work, drawn only where a person watches. */
  progress(total: number, unit = ''): (done: number) => void {
    if (this.json || !process.stderr.isTTY || total === 0) return () => undefined;
    const width = 30;
    return (done) => {
      const filled = Math.round((Math.min(done, total) / total) * width);
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      const count = `${Math.floor(done).toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}`.trimEnd();
      process.stderr.write(`\r  ${bar} ${count}`);
      if (done >= total) process.stderr.write('\n');
    };
  }
}
