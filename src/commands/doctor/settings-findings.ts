import type { Config } from '../../platform/config.js';
import { caution, fine, type Finding } from './finding.js';

/** Whether others reach this installation safely, and it knows them apart. */
export function ofReach({ PUBLIC_URL: url, TRUSTED_PROXIES: proxies }: Config): Finding[] {
  const name = 'PUBLIC_URL';
  if (!url?.startsWith('https:'))
    return [
      caution(name, `${url ?? 'there is none'}: links in messages and reports of providers need an https:// address`),
    ];
  if (proxies.length > 0) return [fine(name, url)];
  return [
    fine(name, url),
    caution(
      'TRUSTED_PROXIES',
      'none, though something before this process ends https: to it all requests come from there',
    ),
  ];
}

/** Whether marketing can be sent by email that leaves this machine. */
export function ofPostalAddress({ POSTAL_ADDRESS: address }: Config): Finding[] {
  return address?.trim() ? [] : [caution('POSTAL_ADDRESS', 'there is none: email other than transactional is refused')];
}
