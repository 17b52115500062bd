import { isDatabaseOutage } from './database-outage.js';
import { endsWithin } from './patience.js';

/** A group that is answered for longer than this waits for a lock, and those behind it shall not wait with it. */
const PATIENCE_MS = 50;

/** Groups on the way in spite of that: connections are few, and leases must be renewed on one of them. */
const AT_ONCE = 4;

/** Who asked what, and waits. */
interface Waiting<Question, Answer> {
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Puts questions to the database together: those that come in while one group is being answered are the next group. A
 * statement and its commit cost as much as two hundred rows, so the busier a process is, the less each question costs; and
 * an idle one asks at once. A group that is full waits for nobody: it costs no less, however long it waits.
 */
export class Gathering<Question, Answer> {
  private readonly waiting: Waiting<Question, Answer>[] = [];
  private starting = false;
  private underWay = 0;
  /** Of these, those for which others wait to go together. */
  private awaited = 0;

  /** `answer` gives the answers in the order of the questions; `most` of them go together. */
  constructor(
    private readonly answer: (questions: Question[]) => Promise<Answer[]>,
    private readonly most: number,
  ) {}

  /** Rejects where the database refuses this question, or is away. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.start();
    });
  }

  /** Those who ask in this same turn of the loop belong together: they were answered together. */
  private start(): void {
    if (this.starting || this.underWay === AT_ONCE || this.waiting.length === 0) return;
    if (this.awaited > 0 && this.waiting.length < this.most) return;
    this.starting = true;
    setImmediate(() => {
      this.starting = false;
      this.send(this.waiting.splice(0, this.most));
      this.start();
    });
  }

  private send(group: Waiting<Question, Answer>[]): void {
    this.underWay += 1;
    this.awaited += 1;
    const answered = this.answerGroup(group);
    void endsWithin(answered, PATIENCE_MS).then(() => {
      this.awaited -= 1;
      this.start();
    });
    void answered.then(() => {
      this.underWay -= 1;
      this.start();
    });
  }

  /** Never rejects: those who wait are told. What is refused is asked again one by one, so that only the culprit fails. */
  private async answerGroup(group: Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.answer(group.map(({ question }) => question));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index]!);
    } catch (error) {
      if (group.length > 1 && !isDatabaseOutage(error)) for (const one of group) await this.answerGroup([one]);
      else for (const { reject } of group) reject(error);
    }
  }
}
