import { describe, expect, it } from '@jest/globals';
import { CONCERNS, concernsOf, type Signs } from './concerns.js';

const whole = { roles: ['api', 'scheduler', 'sender'], version: '1.0.0' };
const well: Signs = {
  processes: [whole],
  openingLagSeconds: 0.2,
  sendingLagSeconds: 3,
  webhookLagSeconds: 0,
  expiredLeases: 0,
  inDoubt: 0,
  disabledWebhooks: 0,
  putOffAccounts: [],
  connections: 12,
  mostConnections: 100,
};
const codes = (signs: Partial<Signs>) => concernsOf({ ...well, ...signs }).map(({ code }) => code);

describe('what to look after', () => {
  it('is nothing where all is well', () => expect(codes({})).toEqual([]));

  it.each<[string, Partial<Signs>]>([
    ['NOTHING_OPENS', { processes: [{ ...whole, roles: ['api', 'sender'] }] }],
    ['NOTHING_SENDS', { processes: [{ ...whole, roles: ['api', 'scheduler'] }] }],
    ['OPENING_LATE', { openingLagSeconds: 5.1 }],
    ['SENDING_LATE', { sendingLagSeconds: 61 }],
    ['LEASES_EXPIRED', { expiredLeases: 1 }],
    ['IN_DOUBT', { inDoubt: 1 }],
    ['WEBHOOKS_LATE', { webhookLagSeconds: 301 }],
    ['WEBHOOKS_DISABLED', { disabledWebhooks: 1 }],
    ['ACCOUNTS_PUT_OFF', { putOffAccounts: ['email ses'] }],
    ['CONNECTIONS_SCARCE', { connections: 91 }],
    ['VERSIONS_DIFFER', { processes: [whole, { ...whole, version: '1.1.0' }] }],
  ])('is %s, and nothing else, for its own reason', (code, signs) => expect(codes(signs)).toEqual([code]));

  it('is everything at once where nothing is well, each known by its code', () => {
    const versions = ['1.0.0', '1.1.0'].map((version) => ({ roles: ['api'], version }));
    const worst: Partial<Signs> = {
      processes: versions,
      openingLagSeconds: 9,
      sendingLagSeconds: 99,
      expiredLeases: 1,
    };
    const rest = { inDoubt: 1, webhookLagSeconds: 999, disabledWebhooks: 1, putOffAccounts: ['x'], connections: 99 };
    expect(codes({ ...worst, ...rest }).sort()).toEqual([...CONCERNS].sort());
  });

  it('are not the commands from a terminal, which open and send nothing and may be of another version', () => {
    expect(codes({ processes: [{ roles: [], version: '0.9.0' }] })).toEqual(['NOTHING_OPENS', 'NOTHING_SENDS']);
    expect(codes({ processes: [whole, { roles: [], version: '0.9.0' }] })).toEqual([]);
  });
});
