import { describe, expect, it } from '@jest/globals';
import { inColour } from './log.js';

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
