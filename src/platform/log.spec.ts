import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inColour, Log, unlogged } from './log.js';

describe('the log', () => {
  const log = new Log('text');

  it('knows nothing of what is only played, whatever that awaits', async () => {
    await unlogged(async () => {
      expect(log.isLevelEnabled('error')).toBe(false);
      await nextTurn();
      expect(log.isLevelEnabled('warn')).toBe(false);
    });
  });

  it('hears of everything else meanwhile', async () => {
    const played = unlogged(() => nextTurn());
    expect(log.isLevelEnabled('error')).toBe(true);
    await played;
    expect(log.isLevelEnabled('warn')).toBe(true);
    expect(log.isLevelEnabled('debug')).toBe(false);
  });
});

describe('the log is in colour', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ])('on %j with %j: %s', (stream, environment, expected) => {
    expect(inColour(stream, environment)).toBe(expected);
  });
});
