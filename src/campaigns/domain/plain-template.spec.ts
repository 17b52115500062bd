import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { plainTemplate } from './plain-template.js';

const engines = {
  html: new Liquid({ ownPropertyOnly: true, strictFilters: true, outputEscape: 'escape' }),
  text: new Liquid({ ownPropertyOnly: true, strictFilters: true }),
};
const names = [
  'first_name',
  'last_name',
  'attributes.plan',
  'attributes.city.name',
  'missing',
  'attributes.missing.deep',
];
const quoted = fc.string({ maxLength: 6 }).map((text) => text.replace(/["'\\{}%]/g, '&'));
const output = fc
  .tuple(fc.constantFrom(...names), fc.option(quoted), fc.constantFrom('', ' ', '  '), fc.constantFrom('"', "'"))
  .map(([name, fallback, space, quote]) =>
    fallback === null
      ? `{{${space}${name}${space}}}`
      : `{{ ${name}${space}|${space}default: ${quote}${fallback}${quote}${space}}}`,
  );
const literal = fc.string({ maxLength: 12 }).map((text) => text.replace(/[{%]/g, '<'));
const template = fc.array(fc.oneof(literal, output), { maxLength: 8 }).map((parts) => parts.join(''));
const value = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constant(null),
  fc.constant('<b>&"\''),
);
const fields = fc.record({
  first_name: value,
  last_name: value,
  attributes: fc.record({ plan: value, city: fc.oneof(fc.constant(null), fc.record({ name: value })) }),
});

describe('a plain template', () => {
  it.each(['html', 'text'] as const)('says what the engine says, in %s', (format) => {
    fc.assert(
      fc.property(template, fields, (text, given) => {
        const plain = plainTemplate(text, format === 'html');
        expect(plain).not.toBeNull();
        expect(plain!.fill(given)).toBe(engines[format].parseAndRenderSync(text, given));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    '{% if a %}x{% endif %}',
    '{{ a | upcase }}',
    '{{- a -}}',
    '{{ a[0] }}',
    '{{ "x" }}',
    '{{ a.size }}',
    '{{ nil }}',
  ])('leaves %s to the engine', (text) => expect(plainTemplate(text, true)).toBeNull());

  it('leaves values that are neither text nor number to the engine', () => {
    expect(plainTemplate('{{ a }}', false)!.fill({ a: [1] })).toBeNull();
    expect(plainTemplate('{{ a }}', false)!.fill({ a: true })).toBeNull();
  });

  it('names the fields it speaks of, each by the first word of its path', () => {
    expect(plainTemplate('{{ a }} {{ b.c }} {{ a | default: "x" }}', false)!.fields).toEqual(['a', 'b', 'a']);
  });

  it('sees own properties only', () => {
    expect(plainTemplate('{{ constructor }}{{ a.toString }}', false)!.fill({ a: {} })).toBe('');
  });
});
