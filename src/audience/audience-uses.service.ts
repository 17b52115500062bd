import { Injectable } from '@nestjs/common';

/** Something that is meant for segments and is asked for all of them in one statement. */
export interface AudienceUse {
  /** What it is, as a sentence calls it: `the campaign "Spring"`. */
  what: string;
  /** Ids of the segments that it includes and excludes. */
  segments: number[];
}

/** Finds what aims at one of these segments, in the caller's transaction. */
export type FindUses = (segmentIds: number[]) => Promise<AudienceUse[]>;

/** Who aims at segments. Those tables belong to modules on the right, which hand in how to ask them when they are made. */
@Injectable()
export class AudienceUsesService {
  private readonly sources: FindUses[] = [];

  /** Makes a source known. */
  tell(find: FindUses): void {
    this.sources.push(find);
  }

  /** Whatever aims at one of these segments. */
  async of(segmentIds: number[]): Promise<AudienceUse[]> {
    const found: AudienceUse[] = [];
    for (const find of this.sources) found.push(...(await find(segmentIds)));
    return found;
  }
}
