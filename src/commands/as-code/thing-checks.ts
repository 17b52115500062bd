import { Injectable } from '@nestjs/common';
import { CreateSegment } from '../../audience/segments.dto.js';
import { CampaignRequestsService, type SpelledCampaign } from '../../campaigns/campaign-requests.service.js';
import { CreateCampaign } from '../../campaigns/campaigns.dto.js';
import { invalid } from '../../platform/errors.js';
import { checkValues } from '../../platform/request-check.js';
import { RequestPipe } from '../../platform/request.pipe.js';
import type { Entry } from './domain/code.js';

/** Whether a file's things are what the API would take. */
@Injectable()
export class ThingChecks {
  private readonly pipe = new RequestPipe();

  constructor(private readonly campaigns: CampaignRequestsService) {}

  /** A thing in its one spelling, with and without defaults. Throws VALIDATION_FAILED or INVALID_CAMPAIGN, as the API does. */
  async spelled({ kind, value }: Entry): Promise<SpelledCampaign> {
    await checkValues({ body: value, query: {} });
    if (kind === 'segment') {
      const { name, description, rule } = await this.read(value, CreateSegment);
      const plain = { name, ...(description == null ? {} : { description }), ...(rule === undefined ? {} : { rule }) };
      return { full: plain, plain };
    }
    if ('draft' in value)
      throw invalid('VALIDATION_FAILED', [
        {
          pointer: '/draft',
          message: 'draft is no setting but a status: new campaigns are drafts unless --start is said',
        },
      ]);
    return this.campaigns.spell(await this.read(value, CreateCampaign));
  }

  private read<Dto>(value: unknown, metatype: new () => Dto): Promise<Dto> {
    return this.pipe.transform(value, { type: 'body', metatype }) as Promise<Dto>;
  }
}
