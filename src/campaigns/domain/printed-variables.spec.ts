import { describe, expect, it } from '@jest/globals';
import { emptyVariables, printedVariables } from './printed-variables.js';

const printed = (message: string) => printedVariables({ message, format: 'text' });

describe('the variables that a message prints', () => {
  it('are those without a default, each once, of all its templates', () => {
    expect(
      printedVariables({
        message: '{{ first_name }} {{ attributes.city | upcase }} {{ last_name | default: "friend" }}',
        format: 'html',
        subject: '{{ first_name }} {{ attributes.plan }}',
        preheader: '{{ locale }}',
        text: null,
      }),
    ).toEqual(['first_name', 'attributes.city', 'attributes.plan', 'locale']);
  });

  it('are also those within blocks, but neither what a condition asks nor what the template makes itself', () => {
    expect(printed('{% if locale == "de" %}{{ first_name }}{% else %}{{ email }}{% endif %}')).toEqual([
      'first_name',
      'email',
    ]);
    expect(printed('{% for item in attributes.items %}{{ item.name }}{% endfor %}')).toEqual([]);
    expect(printed('{% assign name = first_name %}{{ name }}')).toEqual([]);
  });

  it('are not what the engine itself fills in', () => {
    expect(printed('{{ unsubscribe_url }} {{ postal_address }} {{ nonsense }}')).toEqual(['nonsense']);
  });

  it('are empty where there is nothing to print, and nothing is inherited', () => {
    const fields = { first_name: '', last_name: null, attributes: { city: 0, plan: undefined, note: false } };
    const names = [
      'first_name',
      'last_name',
      'attributes.city',
      'attributes.plan',
      'attributes.note',
      'attributes.x.y',
    ];
    expect(emptyVariables([...names, 'constructor', 'attributes.toString'], fields)).toEqual([
      'first_name',
      'last_name',
      'attributes.plan',
      'attributes.x.y',
      'constructor',
      'attributes.toString',
    ]);
  });
});
