import { describe, expect, it } from '@jest/globals';
import { lostLiquid, markLiquid } from './mjml-liquid.js';

/** What MJML does: what stands between elements goes, everything else stays. */
const between = (text: string) => text.replaceAll(/(?<=<\/mj-text>|<mj-column>)[^<]+/g, '');
const lostOf = (template: string, convert: (text: string) => string) => {
  const { marked, pieces } = markLiquid(template);
  return lostLiquid(pieces, { html: convert(template), marked: convert(marked) });
};

describe('Liquid in MJML', () => {
  it('is marked piece by piece, and nothing else is', () => {
    const { marked, pieces } = markLiquid('a{{ x }}b\n{%- if y -%}c{% endif %}{% raw %}{{ z }}{% endraw %}d');
    expect(pieces.map(({ text, line, column }) => [text, line, column])).toEqual([
      ['{{ x }}', 1, 2],
      ['{%- if y -%}', 2, 1],
      ['{% endif %}', 2, 14],
      ['{% raw %}', 2, 25],
      ['{% endraw %}', 2, 41],
    ]);
    const back = pieces.reduce((text, { text: piece, mark }) => text.replace(mark, piece), marked);
    expect(back).toBe('a{{ x }}b\n{%- if y -%}c{% endif %}{% raw %}{{ z }}{% endraw %}d');
    expect(markLiquid('plain')).toEqual({ marked: 'plain', pieces: [] });
  });

  it('is missed where it is gone, also where another piece reads the same', () => {
    const kept = '<mj-text>{% if a %}A{% endif %}</mj-text>';
    expect(lostOf(`<mj-column>${kept}${kept}`, between)).toBeNull();
    expect(lostOf(`<mj-column>${kept}\n{% if a %}<mj-text>B</mj-text>{% endif %}`, between)).toMatchObject({
      ...{ text: '{% if a %}', line: 2, column: 1 },
    });
  });

  it('is missed where it is not as it was written', () => {
    expect(lostOf('<mj-text>{% if a <b %}</mj-text>', (text) => text.replace('<b %}', ''))).toMatchObject({
      text: '{% if a <b %}',
    });
  });

  it('may stand twice in what is made, and in another order', () => {
    const turned = (text: string) => text.replace(/<(.*),(.*)>/, '<$2,$1,$2>');
    expect(lostOf('<{{ a }},{{ b }}>', turned)).toBeNull();
  });
});
