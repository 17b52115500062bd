import { beforeAll, describe, expect, it } from '@jest/globals';
import { textConverter, textTemplateOf, type ToText } from './text-alternative.js';

let toText: ToText;
beforeAll(async () => {
  toText = await textConverter();
});

describe('the text template of an HTML template', () => {
  it.each([
    [
      '<h1>Hi {{ first_name | default: "you" }}</h1><p>1 &lt; 2 &amp; so on</p>',
      'Hi {{ first_name | default: "you" }}\n\n1 < 2 & so on',
    ],
    ['<a href="{{ unsubscribe_url }}">Out</a>', 'Out ({{ unsubscribe_url }})'],
    ['<a href="https://example.org/a">https://example.org/a</a>', 'https://example.org/a'],
    ['<p>{% if a %}A{% else %}B{% endif %}</p>', '{% if a %}A{% else %}B{% endif %}'],
    ['<p>Look</p><img src="{{ picture }}" alt="a picture">', 'Look'],
    [`<p>${'long '.repeat(60)}{{ a }}</p>`, `${'long '.repeat(60)}{{ a }}`],
    ['<style>p { color: red }</style><p>Hi</p>', 'Hi'],
    [
      '<p hidden>{{ a }}</p><div style="color:red; DISPLAY : none !important">{{ b }}</div><h1 style="color:red">{{ c }}</h1>',
      '{{ c }}',
    ],
    [
      '<span style="max-height:0px;overflow:hidden">pre</span><span style="opacity:0">pre</span><b style="opacity:0.5">post</b>',
      'post',
    ],
    ['<td style="font-size:0px;height:0"><p style="font-size:13px">{{ a }}</p></td>', '{{ a }}'],
    ['<a style="visibility:visible" href="https://example.org">{{ a }}</a>', '{{ a }} (https://example.org)'],
  ])('of %j keeps its placeholders, where people see them', (html, text) => {
    expect(textTemplateOf(html, toText)).toBe(text);
  });

  it.each([
    '<p class="{% if a %}b{% endif %}">x</p>',
    '<p>&#123;{ first_name }}</p>',
    '<p>{{ bio | raw }}</p>',
    '<p hidden>{% assign name = first_name %}</p><p>{{ name }}</p>',
    '<p>{{ bio | escape | newline_to_br }}</p>',
    '<p>{% assign name = first_name | escape %}{{ name }}</p>',
    '<a href="https://shop.example/?n={{ first_name | default: "there" }}">go</a>',
    '<a href="{{ attributes["url"] }}">go</a>',
    '<p>{{ first_name | split: "<br" | first }}</p>',
    '<p>{{  first_name  }} {% if a %}<img alt="{% else %}">{% endif %}</p>',
  ])('of %j is none: it would not come to the same', (html) => {
    expect(textTemplateOf(html, toText)).toBeNull();
  });
});
