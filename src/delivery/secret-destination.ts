import { invalid } from '../platform/errors.js';
import { kindOf, type OpenAccount, type Settings } from './channels/provider-kinds.js';

/** Where the settings of an account send its secrets: an origin, a host with its port, or the vendor's own place. */
function destinationOf({ endpoint, url, host, port, security }: Settings): string {
  if (typeof host === 'string') return `${host.toLowerCase()}:${Number(port ?? (security === 'tls' ? 465 : 587))}`;
  const place = endpoint ?? url ?? '';
  return typeof place === 'string' && URL.canParse(place) ? new URL(place).origin : JSON.stringify(place);
}

const isEncrypted = ({ security }: Settings): boolean => security === 'tls' || security === 'starttls';
const takesAnybody = ({ allow_invalid_certificate: any }: Settings): boolean => any === true;

/** Whether somebody on the way to the same place could now read what they could not before. */
const isLaxer = (before: Settings, after: Settings): boolean =>
  (isEncrypted(before) && !isEncrypted(after)) || (!takesAnybody(before) && takesAnybody(after));

/**
 * Secrets go in and never come back; sent to another host, or to the same one unprotected, they would. Throws INVALID_PROVIDER
 * with each of `kept`, those that were not given anew, where settings in place of the account's lead elsewhere or are laxer.
 */
export function keepSecretsAtHome(
  { kind, settings: before }: Pick<OpenAccount, 'kind' | 'settings'>,
  after: Settings,
  kept: Settings,
): void {
  const carried = Object.keys(kept).filter((name) => !kindOf(kind)?.received.includes(name));
  const leaves = destinationOf(before) !== destinationOf(after);
  if (carried.length === 0 || (!leaves && !isLaxer(before, after))) return;
  const message = `give this secret anew: these settings send it ${leaves ? 'to another host' : 'less protected'} than before`;
  throw invalid(
    'INVALID_PROVIDER',
    carried.map((name) => ({ pointer: `/secrets/${name}`, message })),
  );
}
