import { describe, expect, it } from '@jest/globals';
import { chainText, GENESIS } from './audit-chain.js';

describe('the text behind the hash of an entry', () => {
  const entry = {
    id: 7,
    at: new Date('2026-11-22T12:00:00.001Z'),
    actor_kind: 'key' as const,
    actor_id: 3,
    actor_name: 'CRM "sync"',
    action: 'campaign.launched',
    target: 'campaign',
    target_id: '9',
    request_id: null,
    address: null,
    details: { b: 1, a: { d: [2], c: 'x' } },
  };

  it('is the hash before it and the row, in one order whatever the database gives', () => {
    const row =
      '[7,"2026-11-22T12:00:00.001Z","key",3,"CRM \\"sync\\"","campaign.launched","campaign","9",null,{"a":{"c":"x","d":[2]},"b":1}]';
    expect(chainText(GENESIS, entry)).toBe(`${'0'.repeat(64)}\n${row}`);
    const other = { ...entry, details: { a: { c: 'x', d: [2] }, b: 1 } };
    expect(chainText(GENESIS, other)).toBe(chainText(GENESIS, entry));
  });

  it('has the address behind all else, so that entries of before there was one keep their hashes', () => {
    const text = chainText(GENESIS, { ...entry, address: '203.0.113.5' });
    expect(text).toBe(chainText(GENESIS, entry).replace(/\]$/, ',"203.0.113.5"]'));
  });
});
