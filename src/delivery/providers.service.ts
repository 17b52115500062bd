import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { CampaignProvidersService } from '../campaigns/campaign-providers.service.js';
import { Clock } from '../platform/clock.js';
import { brokenConstraint } from '../platform/constraint.js';
import { notFound } from '../platform/errors.js';
import { requireVersion } from '../platform/version.js';
import type { Settings } from './channels/provider-kinds.js';
import type { Limits } from './domain/rate-limit.js';
import { forgetAccount } from './provider-account.queries.js';
import { checkAccount, checkBound, checkTemplate, given } from './provider-checks.js';
import { ProviderGate } from './provider-gate.js';
import { ProviderKeeper } from './provider-keeper.js';
import { ProviderReportService } from './provider-report.service.js';
import type { CreateProvider, ProviderLimitFields, ProviderResponse, UpdateProvider } from './providers.dto.js';
import { invalidProvider, providerExists, providerInUse } from './providers.errors.js';
import { keepSecretsAtHome } from './secret-destination.js';
import { StoredProvider } from './stored-provider.entity.js';
import { dropDefault, isCarrying, lockAccounts, nextId } from './stored-provider.queries.js';

/** Accounts as people make, change and delete them. */
@Injectable()
export class ProvidersService {
  constructor(
    private readonly em: EntityManager,
    private readonly keeper: ProviderKeeper,
    private readonly gate: ProviderGate,
    private readonly campaigns: CampaignProvidersService,
    private readonly report: ProviderReportService,
    private readonly clock: Clock,
  ) {}

  /** Throws INVALID_PROVIDER with every wrong field, or PROVIDER_EXISTS. */
  async create(input: CreateProvider): Promise<ProviderResponse> {
    return this.write(async (em) => {
      const { name, channel, kind } = input;
      const provider = new StoredProvider();
      Object.assign(provider, { id: await nextId(em.getKysely()), name, channel, kind, settings: {}, limits: {} });
      await this.apply(em, provider, { ...input, secrets: input.secrets ?? {} }, {});
      em.persist(provider);
      return provider.id;
    }).catch((error: unknown) => {
      throw brokenConstraint(error) === 'provider_name_unique' ? providerExists(input.name) : error;
    });
  }

  /** Throws PROVIDER_NOT_FOUND, VERSION_MISMATCH or INVALID_PROVIDER. */
  async update(id: number, input: UpdateProvider, version: number | null): Promise<ProviderResponse> {
    return this.write(async (em) => {
      const provider = await this.lock(em, id);
      requireVersion(provider.version, version);
      await this.apply(em, provider, input, this.openSecrets(provider, input));
      provider.updatedAt = this.clock.now();
      await this.gate.forgive(provider);
      return id;
    });
  }

  /** Throws PROVIDER_NOT_FOUND, or PROVIDER_IN_USE while something is to be sent through it. */
  async delete(id: number): Promise<void> {
    await this.em.transactional(async (em) => {
      await lockAccounts(em.getKysely());
      const provider = await this.lock(em, id);
      const { channel, name } = provider;
      const free = await this.campaigns.letGo(channel, name);
      if (!free || (await isCarrying(em.getKysely(), channel, name))) throw providerInUse(name);
      try {
        await em.nativeDelete(StoredProvider, { id });
      } catch (error) {
        throw brokenConstraint(error) === 'provider_fallback_id_foreign' ? providerInUse(name) : error;
      }
      await forgetAccount(em.getKysely(), { channel, name });
    });
    await this.keeper.follow();
  }

  /** Puts what was given onto an account; what was not stays. */
  private async apply(
    em: EntityManager,
    provider: StoredProvider,
    input: UpdateProvider,
    kept: Settings,
  ): Promise<void> {
    const { id, channel, name, kind } = provider;
    const settings = input.settings === undefined ? provider.settings : given(input.settings);
    const secrets = given({ ...kept, ...input.secrets });
    const account = { channel, name, kind, settings, secrets };
    checkAccount(account, input);
    const untouched = Object.entries(kept).filter(([secret]) => input.secrets?.[secret] === undefined);
    keepSecretsAtHome(provider, settings, Object.fromEntries(untouched));
    // What does not change its settings may always be done to it, as switching it off.
    if (input.settings !== undefined || input.secrets !== undefined) await this.tryOut(account);
    checkTemplate(account, provider.settings);
    if (input.fallback_id !== undefined) await this.checkFallback(em, provider, input.fallback_id);
    if (input.default && !provider.isDefault) await dropDefault(em.getKysely(), channel);
    Object.assign(provider, {
      settings,
      secrets: this.keeper.seal(id, secrets),
      ...(input.limits === undefined ? {} : { limits: limitsOf(input.limits ?? []) }),
      ...(input.default === undefined ? {} : { isDefault: input.default ?? false }),
      ...(input.fallback_id === undefined ? {} : { fallback: input.fallback_id }),
      ...(input.enabled === undefined ? {} : { enabled: input.enabled ?? true }),
    });
  }

  /** Secrets of another key do not open; an account is mended by giving all of them anew. */
  private openSecrets(provider: StoredProvider, { secrets }: UpdateProvider): Settings {
    try {
      return this.keeper.open(provider);
    } catch {
      if (secrets) return {};
      throw invalidProvider(
        '/secrets',
        'the secrets that are kept do not open with the present SECRET_KEY: give them anew',
      );
    }
  }

  /** What fits its kind may still not make a provider, as a template that does not parse. */
  private async tryOut(account: Parameters<ProviderKeeper['make']>[0]): Promise<void> {
    checkBound(account);
    try {
      await (await this.keeper.make(account)).close();
    } catch (error) {
      throw invalidProvider('/settings', (error as Error).message);
    }
  }

  private async checkFallback(
    em: EntityManager,
    { id, channel, kind }: StoredProvider,
    fallback: number | null,
  ): Promise<void> {
    if (fallback === null) return;
    if (fallback === id) throw invalidProvider('/fallback_id', 'an account cannot be its own fallback');
    const other = await em.findOne(StoredProvider, { id: fallback, channel });
    if (!other) throw invalidProvider('/fallback_id', `there is no provider ${fallback} for ${channel}`);
    if (channel === 'push' && other.kind !== kind && ![other.kind, kind].includes('sandbox'))
      throw invalidProvider(
        '/fallback_id',
        `${other.kind} does not reach what ${kind} does: nobody would be taken over`,
      );
  }

  private async lock(em: EntityManager, id: number): Promise<StoredProvider> {
    const provider = await em.findOne(StoredProvider, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!provider) throw notFound('provider', id);
    return provider;
  }

  private async write(work: (em: EntityManager) => Promise<number>): Promise<ProviderResponse> {
    try {
      const id = await this.em.transactional(async (em) => {
        await lockAccounts(em.getKysely());
        return work(em);
      });
      await this.keeper.follow();
      return await this.report.get(id);
    } catch (error) {
      if (brokenConstraint(error) === 'provider_fallback_id_foreign')
        throw invalidProvider('/fallback_id', 'that provider was deleted in the meantime');
      throw error;
    }
  }
}

const limitsOf = (limits: readonly ProviderLimitFields[]): Limits =>
  Object.fromEntries(limits.map(({ period, limit }) => [period, limit]));
