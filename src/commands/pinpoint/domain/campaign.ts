import { freeName } from '../../domain/free-name.js';
import { messageOf, type Templates } from './message.js';
import type { Reading } from './reading.js';
import { scheduleFault, scheduleOf } from './schedule.js';
import { OWN_FIELDS, type Segments } from './segments.js';
import { variantsOf } from './variants.js';

const LONGEST_NAME = 100;

/** What campaigns of Pinpoint are turned with. */
export interface CampaignSurroundings {
  segments: Segments;
  templates: Templates;
  /** Names that campaigns have already; the campaign's is added. */
  taken: Set<string>;
  now: Date;
}

/** A campaign as files have it; null for one that cannot be carried over, of which everything is reported. */
export function campaignOf(read: Reading, { segments, templates, taken, now }: CampaignSurroundings) {
  const wanted = (read.at('Name').text ?? read.at('Id').text ?? '').replace(/\p{Cc}/gu, ' ').trim();
  const name = freeName(wanted || 'campaign', taken, { longest: LONGEST_NAME });
  const campaign = read.as(`campaign "${name}"`);
  const fault = scheduleFault(campaign.at('Schedule'));
  const message = fault ?? messageOf(campaign, templates);
  if (typeof message === 'string') {
    campaign.leftOut(`the campaign is left out: ${message}`);
    return null;
  }
  taken.add(name);
  if (campaign.at('Name').text === name) campaign.at('Name').became('name');
  else campaign.at('Name').resembles('name', `"${name}" here: a campaign is known by its name`);
  for (const field of [...OWN_FIELDS, 'SegmentVersion']) campaign.at(field).dropped('of Pinpoint itself');
  for (const field of ['State', 'DefaultState', 'IsPaused'])
    campaign.at(field).dropped('status is not carried over: the campaign becomes a draft');
  for (const field of ['Description', 'tags']) campaign.at(field).dropped('a campaign has no description and no tags');
  campaign.at('Hook').dropped('no function is asked who is sent to: a rule segment can be');
  campaign.at('CustomDeliveryConfiguration').dropped('the channel is email, SMS or push');
  campaign.at('Priority').dropped('runs take turns, whatever their campaigns');
  const target = campaign.at('SegmentId').given ? { target_segment: segments.target(campaign.at('SegmentId')) } : {};
  return {
    name,
    ...target,
    ...limitsOf(campaign.at('Limits')),
    ...scheduleOf(campaign.at('Schedule'), now),
    ...message,
    ...variantsOf(campaign, message, templates),
  };
}

/** How often somebody may be written to, and how fast, are settings of the installation and of accounts. */
function limitsOf(limits: Reading): Record<string, unknown> {
  const once = limits.at('Total').number === 1;
  for (const [, limit] of limits.entries()) if (limit.number === 0) limit.resembles('only_new', '0 is no limit');
  if (once) limits.at('Total').became('only_new');
  limits.at('Total').dropped('only "once" can be said of a campaign: only_new');
  for (const field of ['Daily', 'Session'])
    limits
      .at(field)
      .dropped('a limit per person is one of the channel: FREQUENCY_CAP_EMAIL, FREQUENCY_CAP_SMS, FREQUENCY_CAP_PUSH');
  limits.at('MaximumDuration').dropped('a run is tried for as long as retries allow');
  limits.at('MessagesPerSecond').dropped('how fast is sent is a limit of the account, in its settings');
  return once ? { only_new: true } : {};
}
