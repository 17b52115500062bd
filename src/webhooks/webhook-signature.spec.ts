import { describe, expect, it } from '@jest/globals';
import { newWebhookSecret, signatureOf } from './webhook-signature.js';

describe('the signature of a webhook', () => {
  // The example of the Standard Webhooks specification.
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };

  it('is what the standard says', () => {
    expect(signatureOf(message, [secret])).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('stands once for each secret', () => {
    const [one, other] = signatureOf(message, [newWebhookSecret(), secret]).split(' ');
    expect(other).toBe(signatureOf(message, [secret]));
    expect(one).toMatch(/^v1,[\w+/]{43}=$/);
    expect(one).not.toBe(other);
  });
});
