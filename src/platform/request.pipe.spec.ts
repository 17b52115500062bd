import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  ValidateNested,
} from 'class-validator';
import type { CampanileError } from './errors.js';
import { RequestPipe } from './request.pipe.js';

class Part {
  @IsString()
  @Length(1, 5)
  @Matches(/\S/, { message: 'name must have a visible character' })
  name!: string;
}

class Whole {
  @IsOptional()
  @IsInt()
  @Max(9)
  interval?: number;

  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(['monday'], { each: true })
  weekdays?: string[];

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];
}

const said = async (body: object) => {
  const error = await new RequestPipe().transform(body, { type: 'body', metatype: Whole }).catch((thrown) => thrown);
  return (error as CampanileError).errors.map(({ pointer, message }) => `${pointer}: ${message}`);
};

describe('what is said of a wrong field', () => {
  it.each([
    ['of a wrong type is that', { interval: '1' }, ['/interval: interval must be an integer number']],
    ['that is no list is that, and nothing of its items', { weekdays: 5 }, ['/weekdays: weekdays must be an array']],
    ['that is no list of objects, too', { parts: 'x' }, ['/parts: parts must be an array']],
    ['that is an object in place of a list is that', { parts: { a: 1 } }, ['/parts: parts must be an array']],
    [
      'of an item without fields is by its place',
      { parts: [{ name: 'x' }, 5] },
      ['/parts/1: each item must be an object'],
    ],
    [
      'of the right type is what is wrong with it',
      { interval: 10 },
      ['/interval: interval must not be greater than 9'],
    ],
    ['of a text that is empty is that, once', { parts: [{ name: '' }] }, ['/parts/0/name: name must not be empty']],
    ['of the list that is empty', { weekdays: [] }, ['/weekdays: weekdays must contain at least 1 elements']],
    [
      'within another stands beside it',
      { interval: '1', parts: [{ name: 5 }] },
      ['/interval: interval must be an integer number', '/parts/0/name: name must be a string'],
    ],
  ])('%s', async (_what, body, sentences) => {
    expect(await said(body)).toEqual(sentences);
  });
});
