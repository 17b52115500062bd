import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig } from './config.js';

describe('quiet hours in the configuration', () => {
  it('are none unless given, and may cross midnight', () => {
    expect(parseConfig({ QUIET_HOURS_SMS: '' }).QUIET_HOURS_SMS).toBeUndefined();
    expect(parseConfig({ QUIET_HOURS_SMS: '21:00-08:00' })).toMatchObject({ QUIET_HOURS_SMS: '21:00-08:00' });
  });

  it.each(['21-8', '21:00-24:00', '9:00-20:00', '21:00-21:00', '21:00-08:00 ', 'night'])(
    'written %j keep the process from starting, each with its name',
    (text) => {
      const wrong = () => parseConfig({ QUIET_HOURS_EMAIL: text, QUIET_HOURS_PUSH: text });
      expect(wrong).toThrow(ConfigError);
      expect(wrong).toThrow(/QUIET_HOURS_EMAIL must be two different times[^]*QUIET_HOURS_PUSH must be/);
    },
  );
});
