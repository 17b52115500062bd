import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { type FieldError, invalid } from '../platform/errors.js';
import { fieldErrors } from '../platform/request.pipe.js';
import { kindOf, type OpenAccount, PROVIDER_KIND_NAMES, type Settings } from './channels/provider-kinds.js';
import { invalidProvider } from './providers.errors.js';

/** Values without those that are null, which stand for none. */
export const given = (values: Settings): Settings =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

/** Throws INVALID_PROVIDER with every field that is not what the account's kind asks. */
export function checkAccount({ channel, name, kind: kindName, settings, secrets }: OpenAccount): void {
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
    ...faultsOf(kind.settings, settings, '/settings'),
    ...faultsOf(kind.secrets, secrets ?? {}, '/secrets'),
  ];
  if (errors.length > 0) throw invalid('INVALID_PROVIDER', errors);
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
