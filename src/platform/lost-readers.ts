/**
 * Lets the process work on to its end when whoever reads what it says goes away, as `head` does: what is said then is lost.
 * `onLoss` hears once that nobody reads standard output any more.
 */
export function outliveReaders(onLoss: () => void = () => undefined): void {
  let lost = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (lost || stream === process.stderr) return;
      lost = true;
      onLoss();
    });
}
