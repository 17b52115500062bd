import { IsIn, IsOptional } from 'class-validator';
import { type Hitters, HITTERS } from './domain/engagement.js';

/** Whose opens and clicks. */
export class HitsQuery {
  /** Opens and clicks of people, or of everybody: machines that open messages and follow links, too. */
  @IsOptional()
  @IsIn(HITTERS)
  hits: Hitters = 'human';
}
