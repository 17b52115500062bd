import { describe, expect, it } from '@jest/globals';
import { filled, soon } from '../../../test/support/hostile.js';
import { fieldGroups } from './mail-report.js';

describe('the fields of a report', () => {
  it('are cut at the first colon, without the blanks around it', () => {
    expect(
      fieldGroups('Action : failed\t\r\nDiagnostic-Code: smtp; 550\r\n  5.1.1: no\r\n\r\nbad name: x\r\n: y\r\nz\r\n'),
    ).toEqual([{ action: 'failed', 'diagnostic-code': 'smtp; 550 5.1.1: no' }]);
  });

  it.each(['Action: failed', 'Action:', 'Action', '\n\n', '\n '])(
    'are read in one go, whatever stands around %j',
    async (text) => {
      for (const filling of [' ', '\t', ':', ' x', '\n ', '\r\n'])
        expect(await soon(() => fieldGroups(`${text}${filled(filling)}x`))).toBeInstanceOf(Array);
    },
  );
});
