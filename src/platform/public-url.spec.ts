import { expect, it } from '@jest/globals';
import { parseConfig } from './config.js';
import { publicUrl } from './public-url.js';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['0.0.0.0', 'http://localhost:3000'],
  ['::', 'http://localhost:3000'],
  ['::1', 'http://[::1]:3000'],
  ['fd00::7', 'http://[fd00::7]:3000'],
  ['mail.example.org', 'http://mail.example.org:3000'],
])('what listens on %s is reached at %s', (HOST, url) => {
  expect(publicUrl(parseConfig({ HOST }))).toBe(url);
});
