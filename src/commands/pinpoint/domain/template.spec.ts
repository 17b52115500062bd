import { expect, it } from '@jest/globals';
import { inLiquid } from './template.js';

it.each([
  ['{"name":{{Attributes.name}}}', '{"name":{{ attributes.name }}}'],
  ['.a{color:{{Attributes.colour}}}', '.a{color:{{ attributes.colour }}}'],
  ['<p>{{{Attributes.name}}}</p>', '<p>{{ attributes.name | raw }}</p>'],
  ['{{{Attributes.a}}}{"b":{{Attributes.b}}}', '{{ attributes.a | raw }}{"b":{{ attributes.b }}}'],
])('a brace belongs to a variable only where three open it: %s', (template, expected) => {
  expect(inLiquid(template, 'push')).toEqual({ text: expected, notes: [] });
});
