import { expect, it } from '@jest/globals';
import { Reading, Remarks } from './reading.js';
import { variantsOf } from './variants.js';

it('no two variants have one name, and each name fits', () => {
  const treatment = (TreatmentName: string) => ({
    TreatmentName,
    SizePercent: 20,
    MessageConfiguration: { SMSMessage: { Body: 'Hi' } },
  });
  const long = 'x'.repeat(60);
  const json = { TreatmentName: 'A 2', AdditionalTreatments: ['A', 'A', long, long].map(treatment) };
  const campaign = new Reading(json, new Remarks(), { file: 'a.json', thing: 'the file', pointer: '' });
  const { variants } = variantsOf(campaign, { channel: 'sms', message: 'Hi' }, new Map());
  const names = (variants as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(['A 2', 'A', 'A 3', 'x'.repeat(50), `${'x'.repeat(48)} 2`]);
});
