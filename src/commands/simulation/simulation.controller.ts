import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { Unaudited } from '../../access/audited.decorator.js';
import { RequireScope } from '../../access/scope.decorator.js';
import { Id } from '../../platform/id.pipe.js';
import { ApiProblems } from '../../platform/openapi.js';
import { SimulateCampaign, SimulationResponse } from './simulation.dto.js';
import { SimulationService } from './simulation.service.js';

const examples = {
  quarter: { summary: 'A quarter with some failures', value: { days: 90, failure_rate: 0.05 } },
  again: { summary: 'Another course of chance', value: { days: 30, seed: 7, failure_rate: 0.2, contacts: 100 } },
};

@ApiTags('Campaigns')
@ApiBearerAuth()
@Controller('campaigns')
export class SimulationController {
  constructor(private readonly simulations: SimulationService) {}

  /**
   * Plays the campaign's next days with the engine itself, on copies of the campaign and its contacts: a virtual clock
   * that leaps from event to event, sandbox providers, repeatable chance. Nothing of it is visible outside. The
   * sandbox stands for the campaign's account, with its limits. At most
   * 5,000 occurrences and 1,000,000 messages; one simulation runs at a time.
   */
  @Post(':id/simulate')
  @HttpCode(200)
  @RequireScope('write')
  @Unaudited('It keeps nothing.')
  @ApiBody({ type: SimulateCampaign, required: false, examples })
  @ApiProblems(400, 404, 409, 503)
  simulate(@Param('id', Id) id: number, @Body() wish: SimulateCampaign): Promise<SimulationResponse> {
    return this.simulations.simulate(id, wish);
  }
}
