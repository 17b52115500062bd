import type { ArgumentMetadata, Type } from '@nestjs/common';
import { CampanileError, invalid } from './errors.js';
import { RequestPipe } from './request.pipe.js';

/** A body that is a list: `wrapper` describes it as its field `items`. Wrong items are named by their place: `/3/verdict`. */
export class ListPipe extends RequestPipe {
  constructor(private readonly wrapper: Type<{ items: object[] }>) {
    super();
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // A list within the list would be taken for its items.
    const nested = Array.isArray(value) ? value.flatMap((item, index) => (Array.isArray(item) ? index : [])) : [];
    if (nested.length > 0)
      throw invalid(
        'VALIDATION_FAILED',
        nested.map((index) => ({ pointer: `/${index}`, message: 'each item must be an object' })),
      );
    try {
      const wrapped = await super.transform({ items: value }, { ...metadata, metatype: this.wrapper });
      return (wrapped as { items: object[] }).items;
    } catch (error) {
      if (!(error instanceof CampanileError)) throw error;
      throw invalid(
        error.code,
        error.errors.map(({ pointer, message }) => ({ pointer: pointer.replace(/^\/items/, ''), message })),
      );
    }
  }
}
