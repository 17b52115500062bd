import { freeName } from '../../domain/free-name.js';
import { type Message, messageOf, type Templates } from './message.js';
import type { Reading } from './reading.js';

const LONGEST_NAME = 50;
const MOST_VARIANTS = 5;
const WORDS = ['subject', 'message', 'text', 'sender', 'url', 'icon'] as const;

interface Treatment {
  name: string;
  size: number;
  words: Record<string, unknown>;
}

/** What is compared with a campaign's own message, and who gets nothing, as files have it. */
export function variantsOf(campaign: Reading, own: Message, templates: Templates): Record<string, unknown> {
  const holdOut = campaign.at('HoldoutPercent');
  const treatments: Treatment[] = [];
  for (const treatment of campaign.at('AdditionalTreatments').items()) {
    const made = treatmentOf(treatment, own, templates);
    if (typeof made === 'string' || treatments.length === MOST_VARIANTS - 1)
      treatment.leftOut(typeof made === 'string' ? made : `a campaign has at most ${MOST_VARIANTS} variants`);
    else treatments.push(made);
  }
  const name = campaign.at('TreatmentName');
  campaign.at('TreatmentDescription').dropped('a variant has no description');
  if (treatments.length === 0) {
    name.dropped('there is nothing to compare');
    if (holdOut.number === 0) holdOut.became('hold_out');
    else holdOut.dropped('hold_out needs variants: everybody gets this message');
    return {};
  }
  name.became('variants');
  const held = Math.min(90, holdOut.number ?? 0);
  if (held === (holdOut.number ?? 0)) holdOut.became('hold_out');
  else holdOut.resembles('hold_out', 'at most 90 percent');
  const rest = 100 - held - treatments.reduce((sum, { size }) => sum + size, 0);
  const all = [{ name: name.text ?? 'default', size: Math.max(1, rest), words: {} }, ...treatments];
  const shares = sharesOf(all.map(({ size }) => size));
  const variants = uniquelyNamed(all).map(({ name: called, words }, index) => ({
    name: called,
    share: shares[index],
    ...words,
  }));
  return { variants, ...(held > 0 ? { test_share: 100 - held, hold_out: held } : {}) };
}

function treatmentOf(treatment: Reading, own: Message, templates: Templates): Treatment | string {
  const said = messageOf(treatment, templates);
  if (typeof said === 'string') return said;
  if (said.channel !== own.channel || said.format !== own.format)
    return 'variants are all sent by one channel in one format';
  const size = treatment.at('SizePercent');
  if ((size.number ?? 0) < 1) return 'nobody would get it';
  size.resembles('variants', 'a share is counted of those who take part, without those who get nothing');
  treatment.at('TreatmentName').became('variants');
  treatment.at('TreatmentDescription').dropped('a variant has no description');
  treatment.at('Schedule').dropped('all variants are sent at the time of the campaign');
  treatment.at('CustomDeliveryConfiguration').dropped('the channel is email, SMS or push');
  for (const field of ['Id', 'State']) treatment.at(field).dropped('of Pinpoint itself');
  const words = WORDS.flatMap((word) =>
    said[word] === undefined || said[word] === own[word] ? [] : [[word, said[word]] as const],
  );
  // A text beside another message would say something else than that message.
  const text = own.text !== undefined && said.text === undefined && said.message !== own.message;
  if (text) return 'it has HTML and no text, and the campaign has both';
  return { name: treatment.at('TreatmentName').text ?? '', size: size.number!, words: Object.fromEntries(words) };
}

/** Whole percents that are 100 together, none of them less than 1. */
function sharesOf(sizes: number[]): number[] {
  const sum = sizes.reduce((total, size) => total + size, 0);
  const shares = sizes.map((size) => Math.max(1, Math.floor((size * 100) / sum)));
  const left = 100 - shares.reduce((total, share) => total + share, 0);
  const largest = shares.indexOf(Math.max(...shares));
  return shares.map((share, index) => (index === largest ? share + left : share));
}

function uniquelyNamed(treatments: Treatment[]): Treatment[] {
  const taken = new Set(['leader', 'wait']);
  return treatments.map((treatment, index) => {
    const wanted = treatment.name.replace(/\p{Cc}/gu, ' ').trim();
    const name = freeName(wanted || `treatment ${index}`, taken, { longest: LONGEST_NAME });
    taken.add(name);
    return { ...treatment, name };
  });
}
