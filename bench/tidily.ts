/** Something to close once a bench is over. */
export type Later = (close: () => unknown) => void;

/** Everything open in this process, the latest last. */
const open: (() => unknown)[] = [];

/** Does something that opens servers and processes, and closes in reverse order what was opened, also when it fails. */
export async function tidily<T>(work: (later: Later) => Promise<T>): Promise<T> {
  const from = open.length;
  try {
    return await work((close) => open.push(close));
  } finally {
    await closeDownTo(from);
  }
}

/** Ctrl-C leaves no server behind: the database's would outlive us otherwise. */
export function closeOnInterrupt(): void {
  process.once('SIGINT', () => void closeDownTo(0).finally(() => process.exit(130)));
}

async function closeDownTo(from: number): Promise<void> {
  while (open.length > from)
    try {
      await open.pop()!();
    } catch (error) {
      console.error('not closed:', error);
    }
}
