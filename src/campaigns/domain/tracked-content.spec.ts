import { describe, expect, it } from '@jest/globals';
import { filled, soon } from '../../../test/support/hostile.js';
import { compileContent } from './content.js';
import { fillTarget } from './link-target.js';
import { targetsOf, withLinks, withPixel, withTrap } from './tracked-content.js';

const html = (message: string) => targetsOf(message, 'html');

describe('the links of a message', () => {
  it('are those of its tags, each once, without the escapes of HTML', () => {
    const message = `<a href="https://a.example/?x=1&amp;y=&#34;&#x41;">1</a><A title="href='https://no.example/'" HREF = 'https://b.example'>2</A>
      <area href="https://a.example/?x=1&y=&quot;A"><a data-href="https://no.example/">3</a><a class=x href=https://c.example/?x=1&amp;y=/ id=y>4</a><a href=https://no.example/{{ first_name }}>5</a>`;
    expect(html(message)).toEqual(['https://a.example/?x=1&y="A', 'https://b.example', 'https://c.example/?x=1&y=/']);
    const numbers = new Map([['https://c.example/?x=1&y=/', 1]]);
    expect(withLinks(message, 'html', numbers)).toContain('<a class=x href="{{ tracked.l1 }}" id=y>4</a>');
  });

  it('may have a default in quotes, which are Liquid’s', () => {
    const target = 'https://a.example/?id={{ first_name | default: "x" }}';
    const message = `<a class="x" href="${target}" title='{{ last_name | default: 'y' }}'>1</a> <a href='https://b.example/'>`;
    expect(html(message)).toEqual([target, 'https://b.example/']);
    expect(withLinks(message, 'html', new Map([[target, 2]]))).toContain('<a class="x" href="{{ tracked.l2 }}" title');
    expect(fillTarget(target, {})!.href).toBe('https://a.example/?id=x');
    expect(html('<a href="https://a.example/?q={{ x" title="https://b.example/">')).toEqual([]);
  });

  it('are none in what HTML reads as text', () => {
    const link = '<a href="https://no.example/">x</a>';
    const message = `<title>${link}</title><STYLE a>${link}</style ><script>if (a<b) '${link}'</scripts>${link}</script>`;
    expect(html(`${message}<scripts><a href="https://yes.example/">x</a>`)).toEqual(['https://yes.example/']);
    expect(html(`<script>${link}`)).toEqual([]);
  });

  it('are addresses in text, without what comes after them', () => {
    const text =
      'See https://a.example/x_(y), (http://b.example/?q=1). {{ first_name }} https://c.example/{{ locale }}/x!';
    expect(targetsOf(text, 'text')).toEqual([
      'https://a.example/x_(y',
      'http://b.example/?q=1',
      'https://c.example/{{ locale }}/x',
    ]);
  });

  it('are left alone where Liquid, not HTML, is being written', () => {
    const message = `{% assign x = '<a href="https://no.example/">' %}{{ '<a href="https://no.example/">' }}<!-- <a href="https://no.example/"> -->
      {%- raw -%}<a href="https://no.example/">{% endraw %}<a href="https://yes.example/">`;
    expect(html(message)).toEqual(['https://yes.example/']);
  });

  it.each([
    'https://{{ first_name }}.example/',
    'https://a.example{{ first_name }}',
    'https://a.example:{{ first_name }}/',
    'https://user@a.example/',
    'https://a.example\\@b.example/',
    'https://a.example/{{ other }}',
    'https://a.example/{{ preferences_url }}',
    'https://a.example/{{ first_name | default: locale.x | append: other }}',
    'https://a.example/{{ first_name',
    'https://a.example/{% if locale %}x{% endif %}',
    'https://a.example/{{ first_name | replace: "a", last_name | replace: "b", email }}',
    '//a.example/',
    'ftp://a.example/',
    `https://a.example/${'x'.repeat(2_000)}`,
  ])('are no links to count where they are like %s', (target) => {
    expect(html(`<a href="${target}">x</a>`)).toEqual([]);
  });

  it('are none to count where the message gives the field another meaning', () => {
    const target = '<a href="https://a.example/{{ locale }}">x</a>';
    expect(html(target)).toHaveLength(1);
    for (const tag of [
      '{% assign locale = 1 %}',
      '{% capture locale %}{% endcapture %}',
      '{% for locale in attributes.x %}{% endfor %}',
    ])
      expect(html(`${tag}${target}`)).toEqual([]);
  });

  it('lead through their numbers, and the rest of the message stays as it is', () => {
    const message =
      '<body><a class="x" href=\'https://a.example/\'>{{ first_name }}</a> <a href="https://b.example/">b</a></body>';
    const counted = withPixel(withTrap(withLinks(message, 'html', new Map([['https://a.example/', 7]]))));
    const { body } = compileContent({ subject: null, message: counted, format: 'html' }).render({
      first_name: 'A&B',
      tracked: { l7: 'L', trap: 'T', pixel: 'P' },
    });
    expect(body).toBe(
      '<body><a class="x" href="L">A&amp;B</a> <a href="https://b.example/">b</a>' +
        '<a href="T" style="display:none;mso-hide:all" aria-hidden="true" tabindex="-1" rel="nofollow"></a>' +
        '<img src="P" width="1" height="1" alt="" style="border:0"></body>',
    );
  });

  it('are found in no time in a message made to be slow', async () => {
    const values = ['<a "{{ x }}', `<a href="{{ '" }}`, `<a href="{{ "'" }}`, `<a {{ '"' }} '{{ "'" }}`];
    for (const part of ['<a ', '<a "', '<!-- ', `<a '"`, '<a href="', ...values])
      for (const format of ['html', 'text'] as const) await soon(() => targetsOf(filled(part), format));
  });
});

describe('a target', () => {
  it('is filled for a contact, and never leads to another place', () => {
    const target = 'https://a.example/{{ first_name }}?q={{ attributes.q | url_encode }}';
    expect(fillTarget(target, { first_name: 'Zoë', attributes: { q: 'a&b' } })!.href).toBe(
      'https://a.example/Zo%C3%AB?q=a%26b',
    );
    expect(fillTarget(target, {})!.href).toBe('https://a.example/?q=');
    for (const name of [
      '//evil.example',
      '/../../@evil.example',
      '\r\nLocation: https://evil.example',
      '\\\\evil.example',
    ])
      expect(fillTarget(target, { first_name: name })!.origin).toBe('https://a.example');
  });
});
