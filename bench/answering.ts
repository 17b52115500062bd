/** What a bench's child process can be asked for, by name. */
export type Answers = Record<string, (...given: never[]) => unknown>;

/** A question of the parent's, and the child's answer or what went wrong. */
export interface Question {
  id: number;
  name: string;
  given: unknown[];
}
export type Message = { ready: true } | { progress: number } | { id: number; answer?: unknown; error?: string };

/** How often progress is told: often enough to see the end, rarely enough not to be part of the work. */
const TELL_MS = 2;

/** Makes this child process answer its parent, and end with it. */
export function answerParent(answers: Answers): void {
  process.on('message', ({ id, name, given }: Question) => {
    Promise.resolve()
      .then(() => answers[name]!(...(given as never[])))
      .then(
        (answer) => tell({ id, answer }),
        (error: unknown) => tell({ id, error: error instanceof Error ? error.stack : String(error) }),
      );
  });
  process.once('disconnect', () => process.exit());
  tell({ ready: true });
}

/** Counts what this child has done and tells its parent soon. */
export function progressTeller(): (done: number) => void {
  let untold = 0;
  let timer: NodeJS.Timeout | undefined;
  return (done) => {
    untold += done;
    timer ??= setTimeout(() => {
      timer = undefined;
      tell({ progress: untold });
      untold = 0;
    }, TELL_MS);
  };
}

function tell(message: Message): void {
  // A parent that is gone needs no answer; this process ends with it.
  process.send?.(message, undefined, undefined, () => undefined);
}
