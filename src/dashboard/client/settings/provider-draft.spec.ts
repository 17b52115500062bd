import { describe, expect, it } from '@jest/globals';
import type { Provider } from '../api/types.js';
import { draftOf, faultOf, fieldsOf } from './provider-draft.js';
import { longText, number, object, pairs } from './provider-field.js';
import { KINDS } from './provider-kinds.js';

const account: Provider = {
  id: 2,
  channel: 'sms',
  name: 'gateway',
  kind: 'http',
  source: 'database',
  settings: {
    url: 'https://sms.example.org',
    headers: { 'content-type': 'text/plain', 'x-site': 'a:b' },
    idempotent: true,
  },
  has_secret: true,
  reports_to: 'https://bell.example/inbound/grid',
  default: false,
  enabled: true,
  fallback_id: null,
  state: 'ready',
  blocked_until: null,
  reason: null,
  limits: [{ period: 'hour', limit: 500, used: 3 }],
  version: 4,
  created_at: null,
  updated_at: null,
};

describe('the draft of an account', () => {
  it('of one that is saved as it was opened changes nothing, and sends no secret', () => {
    const { settings, secrets, limits } = fieldsOf(draftOf(account), KINDS.http);
    expect(settings).toEqual(account.settings);
    expect(secrets).toBeUndefined();
    expect(limits).toEqual([{ period: 'hour', limit: 500 }]);
  });

  it('sends of its kind only what was typed, as the kind wants it', () => {
    const typed = {
      ...draftOf(null),
      settings: { from: ' News <news@example.org> ', host: 'mx', port: '25', url: 'no' },
    };
    const { settings, secrets } = fieldsOf({ ...typed, secrets: { password: 'p' } }, KINDS.smtp);
    expect(settings).toEqual({ from: 'News <news@example.org>', host: 'mx', port: 25 });
    expect(secrets).toEqual({ password: 'p' });
  });

  it('says what cannot be read before it is sent', () => {
    expect(faultOf(pairs('Headers'), 'authorization: Bearer x\nnonsense')).toBe('“nonsense” is no “name: value”.');
    expect(faultOf(object('Key'), '{')).toBe('This is no JSON.');
    expect(faultOf(number('Port'), 'x1')).toBe('This is no number.');
    expect(faultOf(longText('Body'), '{')).toBeNull();
  });
});
