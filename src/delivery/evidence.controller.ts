import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { ListPipe } from '../platform/list.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { evidenceExamples } from './corrections.examples.js';
import { Evidence, EvidenceList, EvidenceResponse } from './evidence.dto.js';
import { EvidenceService } from './evidence.service.js';

@ApiTags('Evidence')
@ApiBearerAuth()
@Controller('evidence')
export class EvidenceController {
  constructor(private readonly evidence: EvidenceService) {}

  /**
   * Takes what providers say after the fact, up to 1,000 items, and answers each in the same order. `accepted` makes a
   * recipient `sent` who was in doubt, failed or skipped; `refused` settles a doubt to `failed`; `sent` never goes back.
   * The same evidence may come any number of times.
   */
  @Post()
  @HttpCode(200)
  @RequireScope('write')
  @Audited('evidence.accepted', 'after')
  @ApiBody({ type: [Evidence], examples: evidenceExamples })
  @ApiProblems(400)
  accept(@Body(new ListPipe(EvidenceList)) evidence: Evidence[]): Promise<EvidenceResponse[]> {
    return this.evidence.accept(evidence);
  }
}
