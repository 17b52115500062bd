import { describe, expect, it } from '@jest/globals';
import { apiAt } from './api-at.js';

describe('a path of an API', () => {
  it.each([
    ['https://api.example.org', 'https://api.example.org/v1/send'],
    ['https://api.example.org/', 'https://api.example.org/v1/send'],
    ['https://proxy.example.org/vendor', 'https://proxy.example.org/vendor/v1/send'],
    ['https://proxy.example.org/a/b//', 'https://proxy.example.org/a/b/v1/send'],
    ['https://proxy.example.org/a?key=1', 'https://proxy.example.org/a/v1/send'],
    ['http://[::1]:8080/a%20b/', 'http://[::1]:8080/a%20b/v1/send'],
  ])('stands behind that of its endpoint %s', (endpoint, url) => {
    expect(apiAt(endpoint)('/v1/send').href).toBe(url);
  });

  it('keeps its query, and its escapes', () => {
    expect(apiAt('https://proxy.example.org/x')('/v3/a%2Fb?c=%20d').href).toBe(
      'https://proxy.example.org/x/v3/a%2Fb?c=%20d',
    );
  });
});
