import { expect, it } from '@jest/globals';
import { growth, points } from './change.js';

it('says by how much a count has grown or shrunk', () => {
  expect(growth(112, 100)).toBe('+12% on before');
  expect(growth(50, 100)).toBe('-50% on before');
  expect(growth(100, 100)).toBe('as before');
  expect(growth(5, 0)).toBe('none before');
  expect(growth(0, 0)).toBe('as before');
});

it('says by how many percentage points a share differs, and compares nothing with nothing', () => {
  expect(points(0.05, 0.025)).toBe('+2.5 points');
  expect(points(0.025, 0.05)).toBe('-2.5 points');
  expect(points(0.05004, 0.05)).toBe('as before');
  expect(points(null, 0.05)).toBe('none before');
  expect(points(0.05, null)).toBe('none before');
});
