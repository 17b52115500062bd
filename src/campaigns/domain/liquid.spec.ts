import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { engines, LIQUID_LIMITS } from './liquid.js';

const fields = () => ({ a: '<b>', b: '"&', nothing: '', lines: '<1\n2>', items: ['<x>', '<y>'] });
/** A busy machine may take its time. */
const patient = { renderLimit: Infinity };
const html = (template: string): string => engines.html.parseAndRenderSync(template, fields(), patient) as string;

describe('HTML escapes a value once', () => {
  it.each([
    ['{{ a }}', '&lt;b&gt;'],
    ['{{ a | escape }}', '&lt;b&gt;'],
    ['{{ a | escape | escape }}', '&lt;b&gt;'],
    ['{{ a | escape_once }}{{ a | xml_escape }}', '&lt;b&gt;&lt;b&gt;'],
    ['{{ a | escape | strip }}', '&lt;b&gt;'],
    ['{{ lines | escape | newline_to_br }}', '&lt;1<br />\n2&gt;'],
    ['{{ lines | newline_to_br }}', '&lt;1<br />\n2&gt;'],
    ['{% assign x = lines | newline_to_br %}{{ x }}{{ x | strip }}', '&lt;1<br />\n2&gt;&lt;1<br />\n2&gt;'],
    ['{{ lines | newline_to_br | append: a }}', '&amp;lt;1&lt;br /&gt;\n2&amp;gt;&lt;b&gt;'],
    ['{{ items | newline_to_br }}{{ nothing | newline_to_br }}', '&lt;x&gt;&lt;y&gt;'],
    ['{{ nothing | escape | default: a }}', '&lt;b&gt;'],
    ['{{ a | escape | default: b }}', '&lt;b&gt;'],
    ['{% echo a %}{% echo a | escape %}', '&lt;b&gt;&lt;b&gt;'],
    ['{% cycle a, b %}{% cycle a, b %}{% cycle "g": a | escape %}', '&lt;b&gt;&#34;&amp;&lt;b&gt;'],
    ['{% assign x = a %}{{ x }}', '&lt;b&gt;'],
    ['{% assign x = a | escape %}{{ x }}{{ x | escape }}', '&lt;b&gt;&lt;b&gt;'],
    ['{% assign x = a | escape %}{{ x | raw }}', '&lt;b&gt;'],
    ['{% assign x = a | escape %}{% assign y = x %}{{ y }}', '&lt;b&gt;'],
    ['{% liquid assign x = a | escape\n echo x %}', '&lt;b&gt;'],
    ['{% if a == "<b>" %}{{ a | url_encode }}{% endif %}', '%3Cb%3E'],
  ])('where it is printed: %s', (template, expected) => expect(html(template)).toBe(expected));

  it.each([
    ['{% capture x %}<i>{{ a }}</i>{% endcapture %}{{ x }}', '<i>&lt;b&gt;</i>'],
    ['{% capture x %}{{ a }}{% endcapture %}{% echo x %}{% cycle x %}', '&lt;b&gt;&lt;b&gt;'],
    ['{% capture x %}{{ a }}{% endcapture %}{{ x | escape }}{{ x | strip }}', '&lt;b&gt;&lt;b&gt;'],
    ['{% capture x %}{{ a }}{% endcapture %}{% capture y %}({{ x }}){% endcapture %}{{ y }}', '(&lt;b&gt;)'],
    ['{% capture x %}{{ a }}{% endcapture %}{% assign y = x %}{{ y }}', '&lt;b&gt;'],
    ['{% capture x %}{{ a }}{% endcapture %}{{ x | default: "y" }}{{ nothing | default: x }}', '&lt;b&gt;&lt;b&gt;'],
    ['{% capture x %}{% endcapture %}{{ x | default: a }}', '&lt;b&gt;'],
    ['{% for i in items %}{% capture x %}{{ i }}{% endcapture %}{{ x }}{% endfor %}', '&lt;x&gt;&lt;y&gt;'],
    ['{% capture a %}<i>{{ a }}</i>{% endcapture %}{{ a }}', '<i>&lt;b&gt;</i>'],
    ['{% capture x %}{{ a | escape | raw }}{% endcapture %}{{ x }}', '&lt;b&gt;'],
  ])('where it was captured: %s', (template, expected) => expect(html(template)).toBe(expected));

  it.each([
    ['{{ a | escape | upcase }}', '&amp;LT;B&amp;GT;'],
    ['{{ a | escape | append: b }}', '&amp;lt;b&amp;gt;&#34;&amp;'],
    ['{{ a | escape | strip: "&" }}', 'lt;b&amp;gt;'],
    ['{% assign x = a | escape | append: b %}{{ x }}', '&amp;lt;b&amp;gt;&#34;&amp;'],
    ['{% assign x = a | raw %}{{ x }}', '&lt;b&gt;'],
    ['{% assign x = b | escape %}{% assign x = a %}{{ x }}', '&lt;b&gt;'],
    ['{% capture x %}{{ a | raw }}{% endcapture %}{{ x }}', '&lt;b&gt;'],
    ['{% capture x %}{% echo a | raw %}{% cycle a | raw %}{% endcapture %}{{ x }}', '&lt;b&gt;&lt;b&gt;'],
    ['{% capture x %}{% capture y %}{{ a | raw }}{% endcapture %}{{ y }}{% endcapture %}{{ x }}', '&lt;b&gt;'],
    ['{% capture x %}.{% endcapture %}{{ x | append: a }}', '.&lt;b&gt;'],
    ['{% capture x %}.{% endcapture %}{% assign x = a %}{{ x }}', '&lt;b&gt;'],
    ['{% capture x %}.{% endcapture %}{% assign y = x | append: a %}{{ y }}', '.&lt;b&gt;'],
    ['{% capture x %}{{ "<" }}{% endcapture %}{% assign x = "&lt;" %}{{ x }}', '&amp;lt;'],
    ['{% capture i %}.{% endcapture %}{% for i in items %}{{ i }}{% endfor %}', '&lt;x&gt;&lt;y&gt;'],
    ['{% capture x %}{{ a }}{% endcapture %}{{ x | replace: "&lt;", a }}', '&lt;b&gt;b&amp;gt;'],
    ['{% capture x %}.{% endcapture %}{{ x.size }}{{ x and a }}{{ a and x }}', '1truetrue'],
    ['{{ nothing | escape | default: a | raw }}', '<b>'],
  ])('and lets no value through that something was done to since: %s', (template, expected) =>
    expect(html(template)).toBe(expected),
  );

  it('and prints everything else as the engine alone does', () => {
    const alone = new Liquid({ ...LIQUID_LIMITS, outputEscape: 'escape' });
    const value = fc.constantFrom('a', 'b', 'nothing', 'lines', 'items', 'missing', '"<q>"', '1.5', 'nil', 'x');
    const filter = fc.constantFrom(
      'upcase',
      'strip',
      'size',
      'default: b',
      'append: a',
      'json',
      'raw',
      'first',
      'join',
    );
    const expression = fc
      .tuple(value, fc.array(filter, { maxLength: 3 }))
      .map((parts) => [parts[0], ...parts[1]].join(' | '));
    const piece = fc
      .tuple(fc.constantFrom('{{ ~ }}', '{% echo ~ %}', '{% assign x = ~ %}', '{% if ~ %}<i>{% endif %}'), expression)
      .map(([tag, inside]) => tag.replace('~', () => inside));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const template = pieces.join('-');
        expect(html(template)).toBe(alone.parseAndRenderSync(template, fields(), patient));
      }),
      { numRuns: 1_000 },
    );
  });

  it('and never lets a value through, whatever is done to it without saying raw', () => {
    const variable = fc.constantFrom('a', 'b', 'x', 'y', 'items', 'nothing');
    const word = fc.oneof(variable, fc.constantFrom('"&lt;"', '"lt;"', '"PGI+"', '"%3Cb%3E"', '"&"', '";"'));
    const plain =
      'escape escape_once xml_escape strip squish strip_newlines newline_to_br upcase size url_decode'.split(' ');
    const filter = fc.oneof(
      fc.constantFrom(...plain, 'base64_decode', 'join', 'first', 'strip_html', 'reverse', 'json'),
      fc
        .tuple(fc.constantFrom('append', 'prepend', 'default', 'remove', 'split', 'strip'), word)
        .map((p) => p.join(': ')),
      fc.tuple(word, word).map((given) => `replace: ${given.join(', ')}`),
    );
    const expression = fc
      .tuple(word, fc.array(filter, { maxLength: 3 }))
      .map(([first, rest]) => [first, ...rest].join(' | '));
    const { template } = fc.letrec<{ template: string; piece: string }>((tie) => ({
      piece: fc.oneof(
        { maxDepth: 3 },
        fc
          .tuple(
            fc.constantFrom('{{ ~ }}', '{% echo ~ %}', '{% assign x = ~ %}', '{% assign y = ~ %}', '{% cycle ~, ~ %}'),
            expression,
          )
          .map(([tag, inside]) => tag.replaceAll('~', () => inside)),
        fc
          .tuple(
            fc.constantFrom('capture x', 'capture y', 'capture a', 'for x in items', 'if x', 'for a in x'),
            tie('template'),
          )
          .map(([tag, inside]) => `{% ${tag} %}${inside}{% end${tag.split(' ')[0]} %}`),
      ),
      template: fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => pieces.join('.')),
    }));
    fc.assert(
      fc.property(template, (text) => {
        let said: string;
        try {
          said = html(text);
        } catch {
          // What cannot be rendered, as a text that is no percent code, is not sent.
          return;
        }
        expect(said.replaceAll('<br />', '')).not.toMatch(/[<>"']/);
      }),
      { numRuns: 3_000 },
    );
  });
});
