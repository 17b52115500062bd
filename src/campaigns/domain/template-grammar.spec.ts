import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { engines } from './liquid.js';
import { FILTER_NAMES } from './template-filters.js';
import { mistakeIn } from './template-grammar.js';
import { TAGS } from './template-tags.js';

describe('the grammar of templates', () => {
  const { filters, tags } = engines.text;

  it('knows every filter that the engine has', () => {
    expect([...FILTER_NAMES].sort()).toEqual(Object.keys(filters).sort());
  });

  it('knows every tag that the engine has', () => {
    expect(Object.keys(tags).filter((name) => !TAGS.has(name))).toEqual([]);
  });

  it('takes whatever is made by its rules, and not a word more', () => {
    const blank = fc.constantFrom('', ' ', '\n', ' \t ');
    const spaced = (part: fc.Arbitrary<string>) => fc.tuple(blank, part, blank).map((parts) => parts.join(''));
    const name = fc.constantFrom('a', 'first_name', 'attributes', 'order', 'nota', 'b-c', 'größe', 'x2');
    const { value } = fc.letrec<{ value: string; step: string }>((tie) => ({
      step: fc.oneof(
        name.map((next) => `.${next}`),
        spaced(tie('value')).map((inside) => `[${inside}]`),
      ),
      value: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom('"x"', "'}|{'", '"%"', '-1', '2.5', 'true', 'nil', 'blank', '(1..3)', '( a .. 3 )'),
        fc.tuple(name, fc.array(tie('step'), { maxLength: 2 })).map(([first, steps]) => first + steps.join('')),
      ),
    }));
    const operator = fc.constantFrom(' and ', ' or ', ' contains ', '==', ' != ', '<', ' >= ', ' and not ');
    const filter = fc.oneof(
      fc.constantFrom('upcase', 'size', 'date', 'round', 'default: "x", allow_false: true'),
      spaced(value).map((given) => `append:${given}`),
      fc.tuple(spaced(value), spaced(value)).map(([one, two]) => `replace:${one},${two}`),
    );
    const expression = fc
      .tuple(fc.array(fc.tuple(value, operator), { maxLength: 2 }), value, fc.array(spaced(filter), { maxLength: 2 }))
      .map(([compared, last, filters]) => [compared.flat().join('') + last, ...filters].join(' |'));
    const shape = fc.constantFrom('{{ ~ }}', '{{-~ -}}', '{% assign x = ~ %}', '{% echo ~%}', '{% if ~ %}.{% endif %}');
    fc.assert(
      fc.property(shape, expression, fc.constantFrom('word', '"word"', '7', ')'), (tag, inside, more) => {
        const [before, after] = tag.split('~') as [string, string];
        expect(mistakeIn(before + inside + after)).toBeNull();
        const written = `${before}${inside} `;
        expect(mistakeIn(written + more + after)).toMatchObject({
          message: expect.stringContaining(`"${more}" is not expected here`),
          at: written.length,
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
