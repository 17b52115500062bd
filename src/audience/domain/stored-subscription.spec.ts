import { describe, expect, it } from '@jest/globals';
import { MOST_SUBSCRIPTIONS, withSubscription } from './stored-subscription.js';

const browser = (name: string, auth = 'a') => ({
  endpoint: `https://push.example/${name}`,
  keys: { p256dh: 'p', auth },
});

describe('one more subscription of a contact', () => {
  it('takes the place of an earlier one of the same browser, and leaves devices alone', () => {
    const device = { token: 't', platform: 'ios' };
    expect(withSubscription([browser('a'), device], browser('a', 'new'))).toEqual([device, browser('a', 'new')]);
  });

  it('pushes out the oldest where there are too many', () => {
    const all = Array.from({ length: MOST_SUBSCRIPTIONS }, (_, index) => browser(`${index}`));
    expect(withSubscription(all, browser('new'))).toEqual([...all.slice(1), browser('new')]);
  });
});
