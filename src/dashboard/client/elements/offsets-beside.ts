import { readWall } from '../../../campaigns/domain/wall-time.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

interface Listed {
  at: string;
  local: string;
}

const offsetOf = ({ at, local }: Listed): number => Math.round((readWall(local) - Date.parse(at)) / MINUTE);

/** Whether the clock was changed between two times, and not so that both are at the same time of different days. */
function isJump(one: Listed | undefined, other: Listed | undefined): boolean {
  if (!one || !other || offsetOf(one) === offsetOf(other)) return false;
  const apart = readWall(other.local) - readWall(one.local);
  return apart === 0 || apart % DAY !== 0;
}

/** Minutes ahead of UTC as people write them: `+02:00`. */
function written(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

/** For each of listed times its UTC offset where the clock alone misleads: it stands there twice, or an hour is left out. */
export function offsetsBeside(times: Listed[]): (string | null)[] {
  const listed = Map.groupBy(times, ({ local }) => local);
  return times.map((time, index) =>
    listed.get(time.local)!.length > 1 || isJump(times[index - 1], time) || isJump(time, times[index + 1])
      ? written(offsetOf(time))
      : null,
  );
}
