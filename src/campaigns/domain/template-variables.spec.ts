import { describe, expect, it } from '@jest/globals';
import { engines } from './liquid.js';
import { soleVariables, templateVariables } from './template-variables.js';

/** The library's own analysis, which shares no code with ours; a path ends at a variable within it. */
function bySlowWay(text: string): string[] {
  const paths = engines.text.globalVariableSegmentsSync(text).map((path) => {
    const open = path.findIndex((segment) => typeof segment === 'object');
    return path.slice(0, open === -1 ? path.length : open).map(String);
  });
  return [...new Set(paths.map((path) => JSON.stringify(path)))].sort();
}

const quickly = (text: string): string[] =>
  templateVariables(text, 'text')
    .map((path) => JSON.stringify(path))
    .sort();

describe('the variables of a template', () => {
  it.each([
    'plain',
    '{{ first_name }} {{ first_name | default: "there" }} {{ attributes.city | append: attributes["plan"] }}',
    '{{ a[b.c].d }} {{ a[0] }} {{ a["x y"] }} {{ "text".size }}',
    '{% if a == b and c contains "d" %}{{ e }}{% elsif f %}{{ g }}{% else %}{{ h }}{% endif %}{% unless i %}{{ j }}{% endunless %}',
    '{{ a }}{% assign a = b | plus: c %}{{ a }}{% assign d = a %}{{ d.e }}',
    '{% capture a %}{{ b }}{% endcapture %}{{ a }} {{ b }}',
    '{% for a in b.c limit: d offset: e %}{{ a.f }}{{ forloop.index }}{{ g }}{% else %}{{ h }}{% endfor %}{{ a }}',
    '{% for a in (b..c) %}{% for d in a %}{{ d }}{{ a }}{% endfor %}{{ d }}{% endfor %}',
    '{% tablerow a in b cols: c %}{{ a }}{{ d }}{% endtablerow %}{% cycle a, b %}{% cycle "e": "x", f %}',
    '{% case a %}{% when b, c or d %}{{ e }}{% else %}{{ f }}{% endcase %}{% increment g %}{{ g }}{% echo h | append: i %}',
    '{% liquid\n assign a = b\n echo a\n if c\n echo d\n endif %}{% raw %}{{ e }}{% endraw %}{% comment %}{{ f }}{% endcomment %}',
  ])('of %j are those that the library finds', (text) => {
    expect(quickly(text)).toEqual(bySlowWay(text));
  });

  it('that stand for themselves are told apart from those with a path', () => {
    expect(soleVariables('{{ a }} {{ b.c }} {{ d[a] }}', 'html')).toEqual(new Set(['a', 'd']));
  });

  it('are found in a time that grows with their number: those of the longest condition are here before anybody waits', () => {
    expect(templateVariables(`{% if a${' or b.c'.repeat(70_000)} %}x{% endif %}`, 'html')).toEqual([['a'], ['b', 'c']]);
  });
});
