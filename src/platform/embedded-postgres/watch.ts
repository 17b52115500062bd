/** How often it is looked whether the server still runs, in milliseconds. */
const LOOK_MS = 1_000;

/** A server to look after. */
export interface Watched {
  isRunning(): boolean;
  /** Starts it where it was; may find that somebody else just did. Throws where that fails. */
  restart(): Promise<void>;
  log(line: string): void;
}

/**
 * Starts a server again that ended without being asked to, by the kernel for want of memory, say: it is nobody else's child.
 * Goes on trying until it is stopped; what fails is told once. Answers how to stop, which waits for a start under way.
 */
export function watch({ isRunning, restart, log }: Watched): () => Promise<void> {
  let starting: Promise<void> | undefined;
  let told = '';
  const tell = (line: string): void => {
    if (line !== told) log(line);
    told = line;
  };
  const start = async (): Promise<void> => {
    tell('PostgreSQL has ended; it is started again');
    try {
      await restart();
      tell('PostgreSQL runs again');
    } catch (error) {
      tell(`PostgreSQL could not be started again: ${String(error)}`);
    } finally {
      starting = undefined;
    }
  };
  const timer = setInterval(() => {
    if (starting === undefined && !isRunning()) starting = start();
  }, LOOK_MS).unref();
  return async () => {
    clearInterval(timer);
    await starting;
  };
}
