import { median, perSecond, printTable, times } from './figures.js';

/** What a turn of a contestant took, in seconds; `enqueue` is missing where there is nothing to enqueue. */
export interface Turn {
  enqueue?: number;
  process: number;
}

/** Somebody who carries all recipients in each round. */
export interface Contestant {
  name: string;
  processes: number;
  /** Puts everything back to the beginning; not measured. */
  prepare(): Promise<void>;
  turn(): Promise<Turn>;
}

/** A contestant's rates in the middle of all rounds, a second. */
export interface Standing {
  name: string;
  processes: number;
  enqueue: number;
  process: number;
  together: number;
  /** The rate of each round, enqueued and processed. */
  rounds: number[];
}

/** Lets everybody take a turn in every round, so that the machine's moods hit all alike. */
export async function hold(contestants: Contestant[], recipients: number, rounds: number): Promise<Standing[]> {
  const turns = contestants.map((): Turn[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, contestant] of contestants.entries()) {
      await contestant.prepare();
      turns[index]!.push(await contestant.turn());
    }
  return contestants.map(({ name, processes }, index) => {
    const all = turns[index]!;
    const took = all.map(({ enqueue = 0, process }) => enqueue + process);
    const rate = (seconds: number[]) => recipients / median(seconds);
    return {
      name,
      processes,
      enqueue: rate(all.map(({ enqueue = 0 }) => enqueue)),
      process: rate(all.map(({ process }) => process)),
      together: rate(took),
      rounds: took.map((seconds) => recipients / seconds),
    };
  });
}

/** Prints rates, and each beside the first. */
export function printStandings(standings: Standing[], [enqueue, process]: [string, string]): void {
  const rate = (value: number) => (Number.isFinite(value) ? perSecond(value) : '-');
  printTable(
    ['', 'processes', enqueue, process, 'together', 'to the first', 'each round'],
    standings.map(({ name, processes, ...of }) => [
      name,
      String(processes),
      rate(of.enqueue),
      rate(of.process),
      rate(of.together),
      times(of.together / standings[0]!.together),
      of.rounds.map(perSecond).join(' '),
    ]),
  );
}

/** The best of some contestants, by what they do altogether. */
export function bestOf(standings: Standing[]): Standing {
  return standings.toSorted((a, b) => b.together - a.together)[0]!;
}

/** Prints how many times as fast one is as another, and answers it. */
export function printRatio(what: string, ours: number, theirs: number): number {
  console.log(`  ${what}: ${times(ours / theirs)}   (${perSecond(ours)} to ${perSecond(theirs)} a second)`);
  return ours / theirs;
}
