import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { boundFault, faultInWords, templateFault } from '../campaigns/domain/template-fault.js';
import { type FieldError, invalid } from '../platform/errors.js';
import { fieldErrors } from '../platform/request.pipe.js';
import { kindOf, type OpenAccount, PROVIDER_KIND_NAMES, type Settings } from './channels/provider-kinds.js';
import { invalidProvider } from './providers.errors.js';

/** Values without those that are null, which stand for none. */
export const given = (values: Settings): Settings =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

/**
 * Throws INVALID_PROVIDER with every field that is not what the account's kind asks. Of its settings and its secrets only what
 * is given anew is looked at: what is kept may be from before a rule.
 */
export function checkAccount(
  { channel, name, kind: kindName, settings, secrets }: OpenAccount,
  anew: { settings?: unknown; secrets?: unknown },
): void {
  const kind = kindOf(kindName);
  if (!kind) throw invalidProvider('/kind', `this version does not know the kind ${kindName}`);
  const errors = [
    ...(kind.channels.includes(channel)
      ? []
      : [{ pointer: '/channel', message: `${kindName} is for ${kind.channels.join(', ')}` }]),
    ...(PROVIDER_KIND_NAMES.some((known) => known === name)
      ? [{ pointer: '/name', message: `"${name}" is what the environment's own account may be called` }]
      : []),
    ...(name === 'mail' ? [{ pointer: '/name', message: '"mail" is where bounces by email come in' }] : []),
    ...(anew.settings === undefined ? [] : faultsOf(kind.settings, settings, '/settings')),
    ...(anew.secrets === undefined ? [] : faultsOf(kind.secrets, secrets ?? {}, '/secrets')),
  ];
  if (errors.length > 0) throw invalid('INVALID_PROVIDER', errors);
}

/**
 * Throws INVALID_PROVIDER where something in the template of a request would be left out. That of an account from before this
 * was looked for may stay as it is.
 */
export function checkTemplate({ kind, settings: { body } }: OpenAccount, kept: Settings): void {
  if (kind !== 'http' || typeof body !== 'string' || body === kept.body) return;
  const fault = templateFault(body, 'text');
  if (fault) throw invalidProvider('/settings/body', faultInWords(fault));
}

/** Throws INVALID_PROVIDER where filling the template of a request could take long: it would take the whole process along. */
export function checkBound({ kind, settings: { body } }: OpenAccount): void {
  const fault = kind === 'http' && typeof body === 'string' ? boundFault(body) : null;
  if (fault) throw invalidProvider('/settings/body', faultInWords(fault));
}

function faultsOf(model: new () => object, values: Settings, parent: string): FieldError[] {
  const faults = validateSync(plainToInstance(model, values), {
    whitelist: true,
    forbidNonWhitelisted: true,
    // A class without any field would be taken for one that nobody wrote rules for.
    forbidUnknownValues: false,
  });
  return fieldErrors(faults, parent);
}
