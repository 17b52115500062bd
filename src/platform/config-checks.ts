import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsNumber,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  type ValidationArguments,
} from 'class-validator';
import { isProxy } from './client-address.js';

const RATE_LIMIT =
  /^$|^\s*\d+\s*\/\s*(?:s|second|m|minute|h|hour|d|day)\s*(?:,\s*\d+\s*\/\s*(?:s|second|m|minute|h|hour|d|day)\s*)*$/;
const CAP =
  /^$|^\s*\d{1,6}\s*\/\s*(?:[1-9]\d{0,3}\s+)?(?:minute|hour|day|week)s?\s*(?:,\s*\d{1,6}\s*\/\s*(?:[1-9]\d{0,3}\s+)?(?:minute|hour|day|week)s?\s*)*$/;
const QUIET_HOURS = /^(?!(.{5})-\1$)(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/;

const HTTP_URL = /^https?:\/\/(?![^/]*@)[^\s/?#]+[^\s#]*$/;

const toList = ({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
const toNumber = ({ value }: { value: unknown }) => (typeof value === 'string' ? Number(value) : value);
const toBoolean = ({ value }: { value: unknown }) =>
  value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value;

/** A message that begins with the variable's name. */
const says = (words: string) => ({ message: ({ property }: ValidationArguments) => `${property} ${words}` });

/** Words with commas between them. */
export const Words = () => Transform(toList);

/** A whole number from `least` to `most`. */
export const Whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  applyDecorators(Transform(toNumber), IsInt(), Min(least), Max(most));

/** A number from 0 to 1. */
export const Share = () => {
  const range = says('must be between 0 and 1');
  return applyDecorators(Transform(toNumber), IsNumber(), Min(0, range), Max(1, range));
};

/** true or false, 1 or 0. */
export const Flag = () => applyDecorators(Transform(toBoolean), IsBoolean());

/** An http or https URL; may be left out. */
export const HttpUrl = () =>
  applyDecorators(IsOptional(), Matches(HTTP_URL, says('must be an https:// or http:// URL without a password in it')));

/** How much in which period, such as `14/second, 50000/day`; empty for no limit. */
export const RateLimit = () => applyDecorators(Matches(RATE_LIMIT, says('must look like 14/second, 50000/day')));

/** How many messages to one contact in which period, such as `1/day, 3/week`; empty for no cap. */
export const Cap = () => Matches(CAP, says('must look like 1/day, 3/week or 10/30 days'));

/** From one time of day to another, such as `21:00-08:00`; may be left out. */
export const QuietHours = () =>
  applyDecorators(IsOptional(), Matches(QUIET_HOURS, says('must be two different times of day, such as 21:00-08:00')));

/** Each an address, a network, or a word for some. */
export const Proxies = () => {
  const validate = (value: unknown): boolean => typeof value === 'string' && isProxy(value);
  const words = 'must be a list of addresses, networks, loopback, linklocal or uniquelocal';
  return ValidateBy({ name: 'proxies', validator: { validate } }, { each: true, ...says(words) });
};
