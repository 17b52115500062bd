import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate, type ValidationArguments } from 'class-validator';

/** ISO 8601 as RFC 3339 has it, or a day alone, which begins in UTC. */
const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d))?$/;

/** An instant of a request, of the years 1 to 9999 (UTC): what PostgreSQL and every reader of a `date-time` take. */
export const Instant = () =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => instantOf(value)),
    IsDate({
      message: ({ property }: ValidationArguments) =>
        `${property} must be a date and time with its offset, such as 2027-01-31T08:00:00Z, from year 1 to 9999`,
    }),
  );

/** The instant that a text says, or the value as it is where it says none. */
function instantOf(value: unknown): unknown {
  const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
  if (day === undefined || !isDay(day)) return value;
  const instant = new Date(value as string);
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9999 ? instant : value;
}

/** JavaScript would take the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
