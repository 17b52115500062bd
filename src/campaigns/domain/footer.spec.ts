import { describe, expect, it } from '@jest/globals';
import { lackingIn, leftOutOf, mayHideWayOut } from './footer.js';
import { seenIn } from './seen-html.js';

const OURS = '1 Bell Lane';
const nothing = { link: true, address: true };
const all = { link: false, address: false };

describe('what a marketing email lacks', () => {
  it.each([
    '<p><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}</p>',
    "<AREA HREF='{{ unsubscribe_url }}'><address>1 Bell Lane</address>",
    '<a class=x href={{unsubscribe_url}}>Leave</a>{{ postal_address | upcase }}',
    'Leave: {{ unsubscribe_url }} {{ postal_address }}',
    '<a href="https://x.example/?n={{ first_name | default: "there" }}&u={{ unsubscribe_url }}">Leave</a> 1 Bell Lane',
    '<a href="{% if a == "b" %}{{ unsubscribe_url }}{% endif %}">Leave</a> 1 Bell Lane',
    '{% if a %}<a href="{{ unsubscribe_url }}">{% endif %}Leave</a>{% raw %}{{{% endraw %} 1 Bell Lane',
    '<img style="display:none" src=x><hr hidden><br><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}',
    '<x-box hidden>a</x-box><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}',
    '<table style="overflow: hidden"><td class="sm hidden md"><a href="{{ unsubscribe_url }}" title="the hidden way">Leave</a> 1 Bell Lane',
    '<div style="display:none"><div>a</div>b</div><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}',
    '<div style="display:none">preheader</div><a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}',
  ])('is nothing where people find both: %s', (html) => {
    expect(lackingIn(html, 'html', OURS)).toEqual(all);
  });

  it.each([
    'hi',
    'hi<!-- {{ unsubscribe_url }} {{ postal_address }} -->',
    'hi<!-- {{ unsubscribe_url }} 1 Bell Lane',
    '<style>/* {{ unsubscribe_url }} {{ postal_address }} */</style>hi',
    '<script>"{{ unsubscribe_url }} {{ postal_address }}"</script>hi',
    '<title>{{ unsubscribe_url }} {{ postal_address }}</title>hi',
    '<img src="{{ unsubscribe_url }}" alt="{{ postal_address }}">',
    `<a title='{{ unsubscribe_url }}' data-x="{{ postal_address }}" href="https://example.org">hi</a>`,
    '<div style="color:red; display: none">{{ unsubscribe_url }} 1 Bell Lane</div>hi',
    '<div style=display:none>{{ unsubscribe_url }} 1 Bell Lane</div>hi',
    '<div style="display:none"><div>a</div><a href="{{ unsubscribe_url }}">b</a>{{ postal_address }}</div>hi',
    '<a hidden href="{{ unsubscribe_url }}">b</a><p hidden>1 Bell Lane',
    '<p hidden><a href="{{ unsubscribe_url }}">Leave</a>{{ postal_address }}</p>hi',
    '{{ x }}<!-- {% if a %} -->hi<!-- {{ unsubscribe_url }}{{ postal_address }}{% endif %} -->',
  ])('is both where nobody sees them: %s', (html) => {
    expect(lackingIn(html, 'html', OURS)).toEqual(nothing);
  });

  const filled = (template: string) =>
    template.replaceAll('{{ unsubscribe_url }}', 'https://h.example/u').replaceAll('{{ postal_address }}', OURS);
  const words = { url: 'https://h.example/u', address: OURS };
  it.each([
    ['<a href="{{ unsubscribe_url }}">Leave</a> {{ postal_address }}', false, all],
    ['<p>Hi</p><!-- <a href="{{ unsubscribe_url }}">u</a>{{ postal_address }} -->', true, nothing],
    ['<div style="display:none">{{ unsubscribe_url }}</div>{{ postal_address }}', true, { link: true, address: false }],
    ['<p title="{{ postal_address }}">{{ unsubscribe_url }}</p>', true, { link: false, address: true }],
    ['<!-- {{ unsubscribe_url }} -->{{ unsubscribe_url }}1 Bell Lane', true, all],
    ['<p>Hi</p>', false, nothing],
  ])('of a filled message is what people do not see in it: %s', (template, hides, lacking) => {
    expect(mayHideWayOut(template, OURS)).toBe(hides);
    expect(leftOutOf(filled(template), words, hides)).toEqual(lacking);
  });

  it.each(['{% capture x %}{{ unsubscribe_url }}{% endcapture %}', '{% assign a = postal_address %}', '{{ x | raw }}'])(
    'may be hidden where the template prints into something else: %s',
    (template) => expect(mayHideWayOut(template, OURS)).toBe(true),
  );

  it('is found in a time that grows with the length of a template', () => {
    for (const piece of ['<!--', '<a href="', '<div hidden>', '<style', "<p style='display:none", '<div hidden></div>'])
      expect(seenIn(piece.repeat(20_000)).length).toBeLessThanOrEqual(20_000 * (piece.length + 4));
  });
});
