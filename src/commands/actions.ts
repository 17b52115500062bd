import { describeApi } from '../create-app.js';
import { Config } from '../platform/config.js';
import { withApplication } from './application.js';
import { command } from './command.js';
import { DoctorService } from './doctor/doctor.service.js';
import type { Finding } from './doctor/finding.js';
import { SeedService } from './seed.service.js';
import type { SimulateCampaign } from './simulation/simulation.dto.js';
import { SimulationService } from './simulation/simulation.service.js';
import { simulationWords } from './simulation/simulation-words.js';
import { VerifyService } from './verify.service.js';

/** `seed`. */
export function seed(contacts: number, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(
      terminal,
      async (app) => {
        const result = await app.get(SeedService).seed(contacts, terminal.progress(contacts));
        const { created, known } = result.contacts;
        terminal.result(
          result,
          `${result.segments} segments and ${result.campaigns} campaigns made; ${created} contacts made, ${known} were there`,
        );
      },
      'any',
    ),
  );
}

/** `verify`: one line a check; exit code 1 when one fails. */
export function verify(json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const checks = await app
        .get(VerifyService)
        .verify({ seeded: app.get(Config).SEED_DEMO }, ({ name, ok, detail }) =>
          terminal.say(`${ok ? '✓' : '✗'} ${name}: ${detail}`),
        );
      const failed = checks.filter(({ ok }) => !ok).length;
      terminal.result(
        { ok: failed === 0, checks },
        failed === 0 ? 'everything is as it should be' : `${failed} of ${checks.length} checks failed`,
      );
      if (failed > 0) process.exitCode = 1;
    }),
  );
}

/** `doctor`: one line a finding; exit code 1 when something is wrong. */
export function doctor(json: boolean): Promise<void> {
  const marks = { ok: '✓', caution: '!', wrong: '✗' };
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const findings = await app
        .get(DoctorService)
        .examine(({ name, state, detail }) => terminal.say(`${marks[state]} ${name}: ${detail}`));
      const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
      const [wrong, caution] = [count('wrong'), count('caution')];
      const words = `${wrong} wrong, ${caution} to look at, ${findings.length - wrong - caution} in order`;
      terminal.result({ ok: wrong === 0, findings }, words);
      if (wrong > 0) process.exitCode = 1;
    }),
  );
}

/** `simulate`. */
export function simulate(campaignId: number, wish: SimulateCampaign, json: boolean): Promise<void> {
  return command(json, (terminal) =>
    withApplication(terminal, async (app) => {
      const progress = terminal.progress(wish.days, 'days');
      const simulation = await app.get(SimulationService).simulate(campaignId, wish, progress);
      terminal.result(simulation, simulationWords(simulation));
    }),
  );
}

/** `openapi`: needs a database only to assemble the application. */
export function printOpenApi(): Promise<void> {
  return command(true, (terminal) =>
    withApplication(
      terminal,
      (app) => {
        terminal.result(describeApi(app), '');
        return Promise.resolve();
      },
      'any',
    ),
  );
}
