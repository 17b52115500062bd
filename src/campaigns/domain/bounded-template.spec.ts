import { describe, expect, it } from '@jest/globals';
import { compileContent } from './content.js';

const bounded = (message: string) => compileContent({ subject: null, message, format: 'html' }).bounded;

describe('a template is known to be quick', () => {
  it.each([
    'Hi',
    'Hi {{ first_name }}',
    'Hi {{ first_name | default: "you" | upcase | truncate: 20 }}',
    '{% if attributes.plan == "pro" and locale %}A{% elsif email contains "@" %}{{ email }}{% else %}B{% endif %}',
    '{% case locale %}{% when "de" %}Hallo{% else %}{% unless phone %}Hi{% endunless %}{% endcase %}',
    '{{ phone | remove: "+" | slice: 0, 3 }}',
    '{% comment %}..{% endcomment %}{% raw %}{{ for }}{% endraw %} and so on ...',
  ])('that only prints and chooses: %s', (message) => {
    expect(bounded(message)).toBe(true);
  });

  it.each([
    '{% for i in attributes.items %}{{ i }}{% endfor %}',
    '{% if locale %}{% for i in attributes.items %}{{ i }}{% endfor %}{% endif %}',
    '{% tablerow i in attributes.items %}{{ i }}{% endtablerow %}',
    '{% assign s = first_name | append: first_name %}{{ s }}',
    '{% capture s %}x{% endcapture %}',
    '{% increment n %}',
    '{{ first_name | strip_html }}',
    '{{ first_name | replace: "a", "aa" }}',
    '{{ attributes.items | sort | join: attributes.separator }}',
    '{{ first_name | remove: last_name }}',
    `{{ first_name | remove_last: "${'a'.repeat(101)}" }}`,
    '{{ (1..9) }}',
    '{% if locale == (1..9) %}{% endif %}',
    '{% if email contains locale %}{% endif %}',
    `{% if email contains "${'a'.repeat(101)}" %}{% endif %}`,
    `{{ first_name ${'| upcase '.repeat(21)}}}`,
  ])('but not where it can do more: %s', (message) => {
    expect(bounded(message)).toBe(false);
  });

  it('only where all of its parts are', () => {
    const hostile = '{% for i in (1..2) %}{% endfor %}';
    for (const part of ['subject', 'preheader', 'text'])
      expect(compileContent({ subject: null, message: 'Hi', format: 'html', [part]: hostile }).bounded).toBe(false);
  });
});
