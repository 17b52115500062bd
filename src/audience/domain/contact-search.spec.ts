import { describe, expect, it } from '@jest/globals';
import { ATTRIBUTE, attributeObjects, searchPrefixes } from './contact-search.js';

describe('an attribute to search for', () => {
  it.each([
    ['plan:pro', [{ plan: 'pro' }]],
    ['address.city:Köln', [{ address: { city: 'Köln' } }, { 'address.city': 'Köln' }]],
    ['a.b:1', [{ a: { b: '1' } }, { 'a.b': '1' }, { a: { b: 1 } }, { 'a.b': 1 }]],
    ['url:https://example.com', [{ url: 'https://example.com' }]],
    ['visits:3', [{ visits: '3' }, { visits: 3 }]],
    ['score:-1.5', [{ score: '-1.5' }, { score: -1.5 }]],
    ['vip:true', [{ vip: 'true' }, { vip: true }]],
    ['left:null', [{ left: 'null' }, { left: null }]],
    ['zip:01234', [{ zip: '01234' }]],
    ['__proto__:1', [JSON.parse('{"__proto__":"1"}'), JSON.parse('{"__proto__":1}')]],
  ])('%s is contained in %j', (attribute, objects) => {
    expect(ATTRIBUTE.test(attribute)).toBe(true);
    expect(attributeObjects(attribute).map((object) => JSON.stringify(object))).toEqual(
      objects.map((object) => JSON.stringify(object)),
    );
  });

  it.each(['plan', ':pro', 'plan:', ''])('is not written %j', (attribute) => {
    expect(ATTRIBUTE.test(attribute)).toBe(false);
  });
});

describe('a search', () => {
  it('is compared with addresses in lower case and with numbers without their spaces', () => {
    expect(searchPrefixes(' Ada L')).toEqual({ external_id: 'Ada L', email: 'ada l', phone: 'AdaL' });
    expect(searchPrefixes('+49 151')).toMatchObject({ phone: '+49151' });
  });

  it('is compared with domains as they are stored, and with what stands before them as it is written', () => {
    expect(searchPrefixes('ÄPFEL@Exämple.d').email).toBe('äpfel@xn--exmple-cua.d');
    expect(searchPrefixes('a\u0308pfel').email).toBe('äpfel');
    expect(searchPrefixes('äpfel@1').email).toBe('äpfel@1');
  });

  it('is not compared with what it has nothing left for', () => {
    for (const search of ['.', '-', '('])
      expect(searchPrefixes(search)).toEqual({ external_id: search, email: search, phone: null });
    expect(searchPrefixes('  ')).toEqual({ external_id: null, email: null, phone: null });
  });
});
