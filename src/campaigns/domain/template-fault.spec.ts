import { describe, expect, it } from '@jest/globals';
import { boundFault, parseFault, templateFault } from './template-fault.js';

/** `line:column message`, or null. */
function fault(template: string): string | null {
  const found = templateFault(template, 'html');
  return found && `${found.line}:${found.column} ${found.message}`;
}

describe('a template is taken', () => {
  it.each([
    ...[
      '',
      'Hi',
      '}} %} { % a | b',
      '{{a}}',
      '{{- a -}}',
      '{{ a.b-c.d? }}',
      '{{ a["b c"].d[0][-1] }}',
      '{{ a[ b.c[d] ] }}',
    ],
    ...[
      '{{ ["a b"] }}',
      '{{ a.first.size }}',
      '{{ "x".size }}',
      '{{ "}} {% | : \\" x" }}',
      "{{ 'it\\'s' }}",
      '{{ -1.5 }}',
    ],
    ...[
      '{{ (1..3) }}',
      '{{ (1..a.size) }}',
      '{{ (a.b .. c["d"]) | join: ", " }}',
      '{{ nil }}',
      '{{ order }}',
      '{{ 2fa }}',
    ],
    ...['{{ a | default: "there" }}', '{{ a|default:b,allow_false:true|upcase }}', '{{ a | slice: -2, 2 }}'],
    ...[
      '{{ a | date: "%d.%m.%Y", "Europe/Berlin" }}',
      '{{ a | where: "b", true | map: "c" | first }}',
      '{{ a == b }}',
      '{{ a | where_exp: "b", "b.c == 1" }}',
    ],
    ...[
      '{{ a\n | append: "x"\n | upcase }}',
      '{{ grüße }}',
      '{{ a | truncate: 20, "" }}',
      '{{ a | round }}{{ a | round: 2 }}',
    ],
    ...['{% if a %}x{% elsif b == 1 and c != blank or d contains "x" %}y{% else %}z{% endif %}'],
    ...[
      '{%- if not a and not b == nil -%}x{%- endif -%}',
      '{% if a<=1 or a>=2 %}{% endif %}',
      '{% if a.size > 3 %}{% endif %}',
    ],
    ...['{% unless a == empty %}x{% elsif b %}y{% else %}z{% endunless %}', '{% if a | size %}{% endif %}'],
    ...[
      '{% case a %}\n{% # hint %}{% when 1, "b" or c.d %}x{% when nil %}{% else %}y{% endcase %}',
      '{% case a %}{% endcase %}',
    ],
    ...['{% for a in b %}{{ forloop.index }}{% break %}{% continue %}{% else %}none{% endfor %}'],
    ...[
      '{% for a in b.c limit:2 offset:continue reversed %}{% endfor %}',
      '{% for a in (1..3), limit: d, offset: 1 %}{% endfor %}',
    ],
    ...[
      '{% for a in b reversed, limit: 2 %}{% endfor %}',
      '{% tablerow a in b cols:2, limit: 4 offset: c %}{{ a }}{% endtablerow %}',
    ],
    ...[
      '{% cycle "a", b, 3 %}',
      '{% cycle "group": "a", "b" %}',
      '{% cycle a: b | upcase, c %}',
      '{% assign a = b | split: ", " %}',
    ],
    ...[
      '{%assign a=1%}',
      '{% assign a = b and c %}',
      '{% capture a %}{{ b }}{% endcapture %}',
      '{% capture "a b" %}{% endcapture %}',
    ],
    ...['{% increment a %}{% decrement a-b %}', '{% echo a | upcase %}', '{% raw %}{{ a b }}{% if %}{% endraw %}'],
    ...[
      '{% comment %}{{ a b }}{% if a b %}{% endcomment %}',
      '{% comment a b %}{% endcomment %}',
      '{% # a b c %}',
      '{%- # a\n # b -%}',
    ],
    ...['{% liquid\n  assign a = b | upcase\n  # words, words\n  if a\n    echo a\n  else\n    echo "x"\n  endif\n%}'],
    ...['{% liquid\n comment\n if a b\n endcomment\n case a\n when 1\n echo a\n endcase %}', '{% liquid %}'],
  ])('%j', (template) => {
    expect(fault(template)).toBeNull();
  });
});

describe('a template is refused, where and why', () => {
  it.each([
    ['{{ a b c }}', '1:6 "b c" is not expected here'],
    ['{{ first_name last_name | upcase }}', '1:15 "last_name | upcase" is not expected here'],
    [`{{ a ${'🔔'.repeat(20)} }}`, `1:6 "${'🔔'.repeat(14)}…" is not expected here`],
    ['{{ }}', '1:4 a value is expected here'],
    ['Hi\n  {{ a | default: }}!', '2:18 a value is expected here'],
    ['{{ a | default: | upcase }}', '1:17 a value is expected before "| upcase"'],
    ['{{ a | default: "b", }}', '1:21 a value is expected here'],
    ['{{ a.b | }}', '1:9 the name of a filter is expected here'],
    ['{{ a || upcase }}', '1:7 the name of a filter is expected before "| upcase"'],
    ['{{ a | upcase down }}', '1:15 "down" is not expected here'],
    ['{{ a | append "b" }}', '1:15 ""b"" is not expected here: a colon stands between a filter and its values'],
    ['{{ a, b }}', '1:5 ", b" is not expected here'],
    ['{{ a) }}', '1:5 ")" is not expected here'],
    ['{{ a. }}', '1:6 a name after the dot is expected here'],
    ['{{ .a }}', '1:4 a value is expected before ".a"'],
    ['{{ a .b }}', '1:6 ".b" is not expected here'],
    ['{{ a [0] }}', '1:6 "[0]" is not expected here'],
    ['{{ a[] }}', '1:6 a value is expected before "]"'],
    ['{{ a[b c] }}', '1:8 "]" is expected before "c]"'],
    ['{{ a[b }}', '1:7 "]" is expected here'],
    ['{{ (1..) }}', '1:8 a value is expected before ")"'],
    ['{{ (1...3) }}', '1:8 a value is expected before ".3)"'],
    ['{{ (a) }}', '1:4 only a range stands in parentheses, such as (1..3)'],
    ['{% if (a or b) and c %}{% endif %}', '1:7 only a range stands in parentheses, such as (1..3)'],
    ['{{ a | default: “there” }}', '1:17 "“there”" is in no quotes: they are " or \''],
    ['{{ a | default: ‘there’ | upcase }}', '1:17 "‘there’ | upcase" is in no quotes: they are " or \''],
    ['{{ "a }} x" b }}', '1:13 "b" is not expected here'],
    ['{{ "unclosed }}', '1:1 output "{{ \\"unclosed }}" not closed'],
    ["{% if a == 'b %}{% endif %}", '1:12 the quote that begins here has no end'],
    ['{% if a == "%}" %}{% endif %}', '1:12 the quote that begins here has no end'],
    ['{{ a <> b }}', '1:7 a value is expected before ">"'],
    ['{{ a and }}', '1:9 a value is expected here'],
    ['{{ == a }}', '1:4 a value is expected before "=="'],
    ['{{ a not b }}', '1:6 "not" stands before a value, not after one'],
    ['{% if a == not b %}{% endif %}', '1:12 "not" cannot stand after a comparison'],
    ['{% if a = b %}{% endif %}', '1:9 "= b" is not expected here'],
    ['{% if a b %}{% endif %}', '1:9 "b" is not expected here'],
    ['{% if a && b %}{% endif %}', '1:9 "&& b" is not expected here'],
    ['{% if %}{% endif %}', '1:6 a value is expected here'],
    ['{% if a | size > 3 %}{% endif %}', '1:16 "> 3" is not expected here'],
    ['{% if a %}{% elsif b c %}{% endif %}', '1:22 "c" is not expected here'],
    ['{% if a %}{% else if b %}{% endif %}', '1:19 "if b" is not expected here: else takes no condition, elsif does'],
    ['{% if a %}{% endif a %}', '1:20 "a" is not expected here'],
    ['{% unless a %}{% else b %}{% endunless %}', '1:23 "b" is not expected here: else takes no condition, elsif does'],
    ['{% unless a %}{% else %}{% else %}{% endunless %}', '1:25 else cannot stand after else'],
    ['{% unless a %}{% else %}{% elsif b %}{% endunless %}', '1:25 elsif cannot stand after else'],
    ['{% case %}{% endcase %}', '1:8 a value is expected here'],
    ['{% case a b %}{% endcase %}', '1:11 "b" is not expected here'],
    ['{% case a %}{% when %}{% endcase %}', '1:20 a value is expected here'],
    ['{% case a %}{% when 1 2 %}{% endcase %}', '1:23 "2" is not expected here'],
    ['{% case a %}{% when 1, %}{% endcase %}', '1:23 a value is expected here'],
    ['{% case a %}{% else %}{% when 1 %}{% endcase %}', '1:23 when cannot stand after else'],
    ['{% case a %}\n x{% when 1 %}{% endcase %}', '2:2 what stands between case and its first when is never printed'],
    [
      '{% case a %}{{ b }}{% when 1 %}{% endcase %}',
      '1:13 what stands between case and its first when is never printed',
    ],
    ['{% for a b %}{% endfor %}', '1:10 "in" is expected before "b"'],
    ['{% for a in %}{% endfor %}', '1:12 a value is expected here'],
    ['{% for a in b c %}{% endfor %}', '1:15 c is not expected here: it may be one of limit, offset, reversed'],
    ['{% for a in b limit 2 %}{% endfor %}', '1:21 ":" is expected before "2"'],
    ['{% for a in b limit: %}{% endfor %}', '1:21 a value is expected here'],
    ['{% for a in b reversed: true %}{% endfor %}', '1:23 one of limit, offset, reversed is expected before ": true"'],
    ['{% for a in b | sort %}{% endfor %}', '1:15 a loop filters nothing: assign what is filtered to a variable first'],
    ['{% for a in b, %}{% endfor %}', '1:15 one of limit, offset, reversed is expected here'],
    ['{% for a in b %}{% else %}{% else %}{% endfor %}', '1:27 else cannot stand after else'],
    [
      '{% tablerow a in b rows: 2 %}{% endtablerow %}',
      '1:20 rows is not expected here: it may be one of cols, limit, offset',
    ],
    ['{% cycle %}', '1:9 a value is expected here'],
    ['{% cycle "a" "b" %}', '1:14 ""b"" is not expected here'],
    ['{% cycle "a", %}', '1:14 a value is expected here'],
    ['{% cycle a | shout %}', '1:1 undefined filter: shout'],
    ['{% assign a %}', '1:12 "=" is expected here'],
    ['{% assign a = %}', '1:14 a value is expected here'],
    ['{% assign a.b = 1 %}', '1:12 "=" is expected before ".b = 1"'],
    ['{% assign a = b c %}', '1:17 "c" is not expected here'],
    ['{% capture %}{% endcapture %}', '1:11 the name of a variable is expected here'],
    ['{% capture a b %}{% endcapture %}', '1:14 "b" is not expected here'],
    ['{% increment %}', '1:13 the name of a variable is expected here'],
    ['{% decrement a b %}', '1:16 "b" is not expected here'],
    ['{% echo %}', '1:8 a value is expected here'],
    ['{% for a in b %}{% break a %}{% endfor %}', '1:26 "a" is not expected here'],
    ['{% liquid\n  assign a = b\n  echo a b\n%}', '3:10 "b" is not expected here'],
    ['{% liquid\n if a\n else b\n endif %}', '3:7 "b" is not expected here: else takes no condition, elsif does'],
    ['{{ a | upcase: 1 }}', '1:8 the filter upcase takes no value, and has 1 here'],
    ['{{ a | append }}', '1:8 the filter append takes one value, and has 0 here'],
    ['{{ a | slice }}', '1:8 the filter slice takes 1 or 2 values, and has 0 here'],
    ['{{ a | truncate: 1, 2, 3 }}', '1:8 the filter truncate takes at most 2 values, and has 3 here'],
    ['{{ a | round: 1, 2 }}', '1:8 the filter round takes at most one value, and has 2 here'],
    ['{{ a | where_exp: "b" }}', '1:8 the filter where_exp takes 2 values, and has 1 here'],
    ['{{ a | where_exp: "b", "b.c d" }}', '1:29 "d" is not expected here'],
    ['{{ a | find_exp: "b", "b.c == " }}', '1:31 a value is expected here'],
    ['{{ a | default: "b", allow: true }}', '1:8 the filter default takes nothing by the name allow'],
    ['{{ a | default: allow_false: true, "b" }}', '1:36 what is given by name comes last'],
    ['{{ a | shout }}', '1:1 undefined filter: shout'],
    ['{% shout %}', '1:1 tag "shout" not found'],
    ['{{ a b }}{% shout %}', '1:6 "b" is not expected here'],
    ['{% shout %}{{ a b }}', '1:1 tag "shout" not found'],
    ['{{ a', '1:1 output "{{ a" not closed'],
  ])('%j', (template, expected) => {
    expect(fault(template)).toEqual(expect.stringContaining(expected));
  });
});

it.each([
  ['many tags', '{{ a }}'.repeat(1_001), '1:1 it has 1001 tags; at most 1000 are possible'],
  ['many lines', `{% liquid${'\n echo a'.repeat(1_000)} %}`, '1:1 it has 1001 tags; at most 1000 are possible'],
  ['no end', `{{ ${'a['.repeat(100_000)}`, '1:1 output '],
  ['many brackets', `{{ ${'a['.repeat(300)}a${']'.repeat(300)} }}`, '1:44 too much stands within brackets here'],
  ['tags in tags', `{% liquid ${'liquid '.repeat(9)} echo a %}`, '1:25 too many liquid tags stand within each other'],
])('a template with %s is refused', (_, template, expected) => {
  expect(fault(template)).toEqual(expect.stringContaining(expected));
});

it('a template that is stored may have what is refused today', () => {
  expect(parseFault('{{ a b }}{% case a %}{% when %}{% endcase %}', 'html')).toBeNull();
});

describe('where nothing may take long', () => {
  it.each([
    ['{{ a | upcase }}{% if b %}{{ c }}{% endif %}', null],
    ['{{ a }}\n {% if b %}\n  {% for i in c %}{% endfor %}{% endif %}', '3:3'],
    ['{{ a }}\n{% if b == (1..9) %}{% endif %}', '2:1'],
    ['{{ a }} {{ a | split: "" }}', '1:9'],
    ['{{ a }}{% if b %}', '1:8'],
  ])('%j', (template, place) => {
    const found = boundFault(template);
    expect(found && `${found.line}:${found.column}`).toBe(place);
  });
});
