import { describe, expect, it } from '@jest/globals';
import { deadLinks, uncountedLinks } from './odd-links.js';

const link = (...targets: string[]) => targets.map((target) => `<a href="${target}">x</a>`).join(' ');

describe('links that nobody meant so', () => {
  it('are not counted where a variable decides where they lead', () => {
    const odd = ['{{ attributes.url }}', 'https://{{ locale }}.example/', 'https://a.example/{{ other }}'];
    const well = [
      'https://a.example/{{ first_name | default: "x" }}',
      '{{ unsubscribe_url }}',
      '{{-preferences_url }}',
      'mailto:a@example.org?subject={{ first_name }}',
      '#top',
    ];
    expect(uncountedLinks(link(...odd, ...well), 'html')).toEqual(odd);
    expect(uncountedLinks('See https://{{ locale }}.example/ {{ unsubscribe_url }}', 'text')).toEqual([odd[1]]);
  });

  it('lead nowhere', () => {
    expect(
      deadLinks(link('', 'http://', 'https:', 'http://a b', '#', 'mailto:a@example.org', 'https://a.example'), 'html'),
    ).toEqual(['', 'http://', 'https:', 'http://a b']);
    expect(deadLinks(link('{{ attributes.url }}', 'https://{{ locale }}/'), 'html')).toEqual([]);
  });
});
