import { Injectable, type PipeTransform } from '@nestjs/common';
import { CampanileError } from './errors.js';

/** A path id. Whatever cannot be one of ours is simply not there: 404. */
@Injectable()
export class Id implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = Number(text);
    if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(id)) return id;
    throw new CampanileError(
      'not_found',
      'NOT_FOUND',
      `There is nothing with the id ${JSON.stringify(text.slice(0, 40))}.`,
    );
  }
}
