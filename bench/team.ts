import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Message } from './answering.js';
import type { Later } from './tidily.js';

/** A child process that answers questions, see `answerParent`. */
export class Member {
  /** Hears how much was done since it last heard. */
  onProgress: (done: number) => void = () => undefined;
  private readonly waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  private lastId = 0;
  /** Rejects when the process ends. */
  readonly gone: Promise<never>;
  private readonly ready: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    this.gone = once(child, 'exit').then(([code]) => {
      const gone = new Error(`a process of the bench ended with ${code}`);
      for (const { reject } of this.waiting.values()) reject(gone);
      throw gone;
    });
    this.gone.catch(() => undefined); // most ends are wanted; who waits for something else races it with this
    this.ready = new Promise((resolve) => {
      child.on('message', (message: Message) => {
        if ('ready' in message) resolve();
        else if ('progress' in message) this.onProgress(message.progress);
        else this.hear(message);
      });
    });
  }

  /** Starts a module as a process, with the heap settings that the product ships with, and waits until it can answer. */
  static async start(file: URL, given: unknown): Promise<Member> {
    const member = new Member(
      fork(file, [JSON.stringify(given)], { execArgv: ['--max-semi-space-size=8', '--heap-growing-percent=50'] }),
    );
    await Promise.race([member.ready, member.gone]);
    return member;
  }

  /** Asks it for one of its answers; throws what went wrong there. */
  ask<T = void>(name: string, ...given: unknown[]): Promise<T> {
    const id = (this.lastId += 1);
    this.child.send({ id, name, given });
    return new Promise<T>((resolve, reject) =>
      this.waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject }),
    );
  }

  /** Lets it close what it opened, and ends it. */
  async stop(): Promise<void> {
    if (!this.child.connected) return;
    await this.ask('close');
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }

  private hear(message: Exclude<Message, { ready: true } | { progress: number }>): void {
    const { resolve, reject } = this.waiting.get(message.id)!;
    this.waiting.delete(message.id);
    if (message.error === undefined) resolve(message.answer);
    else reject(new Error(message.error));
  }
}

/** Starts equal processes one after the other, so that the first may make what all of them need. */
export async function startTeam(size: number, file: URL, given: unknown, later: Later): Promise<Member[]> {
  const team: Member[] = [];
  later(() => stopTeam(team));
  while (team.length < size) team.push(await Member.start(file, given));
  return team;
}

/** Ends all of them. */
export async function stopTeam(team: Member[]): Promise<void> {
  await Promise.all(team.splice(0).map((member) => member.stop()));
}
