import { availableParallelism } from 'node:os';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessService } from './access/access.service.js';
import { FirstAdminService } from './access/first-admin.service.js';
import { schema } from './schema.js';
import { SeedService } from './commands/seed.service.js';
import { createApp } from './create-app.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { ProviderReportService } from './delivery/provider-report.service.js';
import { MetricsPortService } from './operations/metrics-port.service.js';
import { commandStart } from './platform/command-line.js';
import { type Config, ConfigError, loadConfig } from './platform/config.js';
import { Metrics } from './platform/metrics.js';
import { migrateUp } from './platform/migrate.js';
import { type OpenDatabase, openDatabase } from './platform/open-database.js';
import { publicUrl } from './platform/public-url.js';
import { redacted } from './platform/redaction.js';
import { giveBackStartingMemory } from './platform/starting-memory.js';
import { SenderCrew } from './sender-crew.js';
import { Shutdown } from './shutdown.js';
import { Teller } from './teller.js';

/** Unless more are wished for: each has connections to the database, of which there are a hundred as a rule. */
const MOST_SENDERS = 4;

/** Starts the product: database, schema, application, first key, demo data; then says where everything is. */
export async function start(): Promise<void> {
  const begun = performance.now();
  const teller = new Teller();
  const { tell } = teller;
  const shutdown = new Shutdown(tell);
  try {
    const { config, module } = await loadConfig();
    teller.format = config.LOG_FORMAT;
    const database = await openDatabase(config, tell);
    shutdown.last(() => database.close());
    await migrateUp(database.url, schema);
    const app = await createApp({ config, configModule: module, databaseUrl: database.url, intervals: true });
    const crew = crewOf(config, database.url, app);
    app.get(Metrics).include(() => crew.figures());
    shutdown.first(() => Promise.all([app.close(), crew.dismiss()]));
    await app.get(DeliveryService).prepareLedger(database.url);
    await app.init();
    giveBackStartingMemory();
    if (config.ROLES.includes('api')) await listen(app, config);
    await listenForMetrics(app, config);
    // Only now: a start that failed, at a taken port for one, must not have used up what is shown once.
    const key = await firstKey(config, app, tell);
    const link = key === null ? null : await app.get(FirstAdminService).link();
    await seedOnFirstStart(config, app, key !== null);
    crew.watch();
    tell(greeting(config, database, { key, link }, await accountsOf(app), performance.now() - begun));
  } catch (error) {
    tell(redacted(`\nCampanile could not start. ${explain(error)}\n`));
    await shutdown.run(1);
  }
}

/** Who helps with sending, where this process sends at all. */
function crewOf(config: Config, databaseUrl: string, app: NestFastifyApplication): SenderCrew {
  const processes = config.SENDER_PROCESSES || Math.min(availableParallelism(), MOST_SENDERS);
  const delivery = app.get(DeliveryService);
  return new SenderCrew(config.ROLES.includes('sender') ? processes - 1 : 0, databaseUrl, () => delivery.isSending());
}

/** The key to print, on the first start only; one preset by the operator is made to work and not printed. */
async function firstKey(
  { ADMIN_API_KEY: preset }: Config,
  app: NestFastifyApplication,
  tell: (words: string) => void,
): Promise<string | null> {
  const access = app.get(AccessService);
  const first = await access.isNew();
  const works = preset !== undefined && (await access.presetKey(preset));
  if (preset !== undefined && !works)
    tell('ADMIN_API_KEY was revoked or rotated, and does not work: give another, or none.');
  if (!first) return null;
  return works ? preset : access.firstKey();
}

async function seedOnFirstStart(config: Config, app: NestFastifyApplication, first: boolean): Promise<void> {
  if (first && config.SEED_DEMO) await app.get(SeedService).seed();
}

async function listen(app: NestFastifyApplication, { PORT, HOST }: Config): Promise<void> {
  await orTaken({ setting: 'PORT', port: PORT, host: HOST }, () => app.listen(PORT, HOST));
}

async function listenForMetrics(app: NestFastifyApplication, config: Config): Promise<void> {
  const { METRICS_PORT: port, METRICS_HOST: host } = config;
  await orTaken({ setting: 'METRICS_PORT', port, host }, () => app.get(MetricsPortService).listen());
}

/** Listens, or says which setting is to be another. */
async function orTaken(
  { setting, port, host }: { setting: string; port: number; host: string },
  listening: () => Promise<unknown>,
): Promise<void> {
  try {
    await listening();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new Error(
        `Port ${port} on ${host} is taken by another program. Stop that one, or choose another: ${setting}=${port + 1} npm start`,
      );
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new Error(`This process cannot listen where ${setting} and its host say: ${message}`);
    throw error;
  }
}

/** The channels whose messages go through an account that people made, and its name. */
async function accountsOf(app: NestFastifyApplication): Promise<Map<string, string>> {
  const accounts = await app.get(ProviderReportService).list();
  const chosen = accounts.filter((account) => account.default && account.source === 'database');
  return new Map(chosen.map(({ channel, kind, name }) => [channel, `${kind}, account ${name}`]));
}

/** What the first start shows of how to get in, and no later one. */
interface FirstAccess {
  key: string | null;
  link: string | null;
}

function greeting(
  config: Config,
  database: OpenDatabase,
  { key, link }: FirstAccess,
  accounts: Map<string, string>,
  took: number,
): string {
  const url = publicUrl(config);
  const lines = [
    '',
    `  Campanile is ready after ${(took / 1000).toFixed(1)} s (${config.ROLES.join(', ')})`,
    ...(config.ROLES.includes('api')
      ? ['', `  Dashboard   ${url}/dashboard/`, `  API docs    ${url}/docs`, `  API         ${url}/campaigns/`]
      : []),
    '',
    `  Database    ${masked(database.url)} (${database.description})`,
    `  Email       ${accounts.get('email') ?? (config.SMTP_URL ? `SMTP, ${new URL(config.SMTP_URL).host}` : 'sandbox: nothing leaves this machine; see GET /sandbox/messages')}`,
    ...smsLine(config, accounts),
    ...(key && key !== config.ADMIN_API_KEY
      ? ['', `  API key     ${key}`, `              shown only this once; another: ${commandStart()} keys create`]
      : []),
    ...(link
      ? [
          '',
          `  Sign in     ${link}`,
          `              good once, for 24 hours; another: ${commandStart()} users link ${config.ADMIN_EMAIL}`,
        ]
      : []),
    '',
  ];
  return lines.join('\n');
}

function smsLine({ SMS_HTTP_URL: url }: Config, accounts: Map<string, string>): string[] {
  const goes = accounts.get('sms') ?? (url ? `HTTP, ${new URL(url).host}` : null);
  return goes === null ? [] : [`  SMS         ${goes}`];
}

/** What is printed is kept: never the password. */
function masked(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
