import { Injectable } from '@nestjs/common';
import { compileContent, type Content, type Rendered } from '../campaigns/domain/content.js';
import { RenderPool } from './rendering/render-pool.js';

/** A content, ready to be filled. */
export interface Filling {
  /** Rejects with an Error that says why the templates cannot be filled for these fields. */
  fill(fields: object): Promise<Rendered>;
  /** Whether each filling takes a process of its own, and so some time. */
  elsewhere: boolean;
}

/** Fills contents for who sends nothing; templates that could take any time in another process, as when they are sent. */
@Injectable()
export class RenderingService {
  constructor(private readonly pool: RenderPool) {}

  /** Throws a LiquidError for a template that does not parse. */
  of(content: Content): Filling {
    const { bounded, render, tidy, sources } = compileContent(content);
    if (bounded) return { fill: (fields) => Promise.resolve().then(() => render(fields)), elsewhere: false };
    return { fill: async (fields) => tidy(await this.pool.fill({ sources, fields })), elsewhere: true };
  }
}
