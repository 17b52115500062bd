import type { Channel, Provider, ProviderKind, Schemas } from '../api/types.js';
import type { Field } from './provider-field.js';
import { isKind, type Kind, kindOf } from './provider-kinds.js';

/** What a limit may be counted over. */
export const PERIODS = ['second', 'minute', 'hour', 'day'] as const;
export type Period = (typeof PERIODS)[number];

/** What was typed into a group of fields, by their names. */
export type Typed = Record<string, string>;

/** An account as it is being typed. */
export interface ProviderDraft {
  name: string;
  channel: Channel;
  kind: ProviderKind;
  settings: Typed;
  secrets: Typed;
  limits: Partial<Record<Period, number>>;
  fallback: number | null;
  default: boolean;
  enabled: boolean;
}

/** A draft of nothing yet, or of an account that is: its settings, and none of its secrets. */
export function draftOf(account: Provider | null): ProviderDraft {
  const settings = account ? (kindOf(account.kind)?.settings ?? {}) : {};
  const written = Object.entries(settings).map(([name, field]) => [name, field.write(account?.settings?.[name])]);
  return {
    name: account?.name ?? '',
    channel: account?.channel ?? 'email',
    kind: account && isKind(account.kind) ? account.kind : 'smtp',
    settings: Object.fromEntries(written),
    secrets: {},
    limits: Object.fromEntries((account?.limits ?? []).map(({ period, limit }) => [period, limit])),
    fallback: account?.fallback_id ?? null,
    default: account?.default ?? false,
    enabled: account?.enabled ?? true,
  };
}

type Asked = Omit<Schemas['CreateProvider'], 'name' | 'channel' | 'kind'>;

/** What of a draft the API is sent. Secrets that stay empty are left out, so that those which are kept stay. */
export function fieldsOf(draft: ProviderDraft, kind: Kind): Asked {
  const settings = Object.fromEntries(valuesOf(kind.settings, draft.settings)) as Asked['settings'];
  const secrets = Object.fromEntries(valuesOf(kind.secrets, draft.secrets)) as Asked['secrets'];
  return {
    settings,
    ...(secrets && Object.keys(secrets).length > 0 ? { secrets } : {}),
    limits: PERIODS.flatMap((period) => {
      const limit = draft.limits[period];
      return limit === undefined ? [] : [{ period, limit }];
    }),
    fallback_id: draft.fallback,
    default: draft.default,
    enabled: draft.enabled,
  };
}

const valuesOf = (fields: Record<string, Field>, typed: Typed): [name: string, value: unknown][] =>
  Object.entries(fields).flatMap(([name, field]) => {
    const text = typed[name] ?? '';
    return text.trim() === '' ? [] : [[name, field.read(text)]];
  });

/** What is wrong with what was typed into a field; null for nothing, which the API may know better. */
export function faultOf(field: Field, typed: string): string | null {
  if (typed.trim() === '') return null;
  try {
    field.read(typed);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether every field can be read. */
export const isReadable = (draft: ProviderDraft, kind: Kind): boolean =>
  (['settings', 'secrets'] as const).every((part) =>
    Object.entries(kind[part]).every(([name, field]) => faultOf(field, draft[part][name] ?? '') === null),
  );
