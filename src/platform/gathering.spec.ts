import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Gathering } from './gathering.js';

/** Groups of two at most, each answered when it is told to. */
function held() {
  const groups: { questions: number[]; answer: () => void }[] = [];
  const gathering = new Gathering<number, number>(
    (questions) => new Promise((answer) => groups.push({ questions, answer: () => answer(questions) })),
    2,
  );
  return { gathering, groups, asked: () => groups.map(({ questions }) => questions) };
}

describe('questions that are gathered', () => {
  it('go together with those of the same turn, and wait for those that are being answered', async () => {
    const { gathering, groups, asked } = held();
    const first = [gathering.ask(1), gathering.ask(2)];
    await nextTurn();
    const third = gathering.ask(3);
    await nextTurn();
    expect(asked()).toEqual([[1, 2]]);
    groups[0]!.answer();
    expect(await Promise.all(first)).toEqual([1, 2]);
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    expect(asked()).toEqual([[1, 2], [3]]);
    groups[1]!.answer();
    expect(await third).toBe(3);
  });

  it('wait for nobody once their group is full, up to four at once', async () => {
    const { gathering, groups, asked } = held();
    const all = Array.from({ length: 10 }, (_, index) => gathering.ask(index));
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    expect(asked()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
    for (let done = 0; done < 5; done += 1) {
      groups[done]!.answer();
      await nextTurn();
      await nextTurn();
    }
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(asked().at(-1)).toEqual([8, 9]);
  });

  it('hear each their own refusal', async () => {
    const gathering = new Gathering<number, number>(async (questions) => {
      if (questions.includes(2)) throw new Error('two is refused');
      return Promise.resolve(questions);
    }, 2);
    const answers = await Promise.allSettled([gathering.ask(1), gathering.ask(2)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
