import { describe, expect, it } from '@jest/globals';
import { characterWords } from './character-words.js';

describe('a character in words', () => {
  it('is itself where people see it', () => {
    expect(characterWords('ë', 'Zoë')).toBe('“ë”');
    expect(characterWords('🎉', '🎉')).toBe('“🎉”');
  });

  it.each([
    ['\u00a0', 'no-break space (U+00A0)'],
    ['\u200b', 'zero-width space (U+200B)'],
    ['\u00ad', 'soft hyphen (U+00AD)'],
    ['\u0301', 'the invisible character (U+0301)'],
    ['\u2063', 'the invisible character (U+2063)'],
  ])('has a name and a place where they do not: %j', (character, words) => {
    expect(characterWords(character, `Sale${character}today`)).toBe(`${words} after “Sale”`);
    expect(characterWords(character, `${character}today`)).toBe(`${words} at the beginning`);
    expect(characterWords(character, `A very long sale 🎉${character}`)).toBe(`${words} after “… long sale 🎉”`);
  });
});
