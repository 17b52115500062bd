import type { Config } from '../platform/config.js';
import type { FieldError } from '../platform/errors.js';
import type { Campaign } from './campaign.entity.js';
import type { CampaignRequest } from './campaign-plan.js';
import type { Schedule } from './domain/schedule.js';
import { readSchedule } from './domain/schedule-request.js';
import { type DailyHours, neverOpen, quietHoursOf } from './domain/send-window.js';
import { messageErrors } from './message-checks.js';
import { faultInWords, parseFault, templateFault } from './domain/template-fault.js';
import { variantErrors } from './variant-checks.js';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Checks a whole request, but for what matters only when it is sent; answers its schedule, or everything that is wrong with it.
 * `kept` are templates that the campaign has already: they may stay as they are.
 */
export function checkRequest(
  request: CampaignRequest,
  config: Config,
  kept = NOTHING,
): { schedule: Schedule } | { errors: FieldError[] } {
  const read = readSchedule(request);
  const inMessage = (one: CampaignRequest) => [...contentErrors(one, kept), ...messageErrors(one, config)];
  const errors = [
    ...('faults' in read ? read.faults : []),
    ...audienceErrors(request),
    ...policyErrors(request),
    ...windowErrors(request, quietHoursOf(config, request.channel)),
    ...inMessage(request),
    ...variantErrors(request, inMessage),
  ];
  return 'schedule' in read && errors.length === 0 ? read : { errors };
}

function audienceErrors({ target_segment: target, include, exclude }: CampaignRequest): FieldError[] {
  const errors: FieldError[] = [];
  if (target !== null && include !== null)
    errors.push({ pointer: '/include', message: 'give target_segment or include, not both: one says it all' });
  const meant = new Set([...(include ?? []), target]);
  exclude.forEach((name, index) => {
    if (!meant.has(name)) return;
    errors.push({ pointer: `/exclude/${index}`, message: `the segment "${name}" cannot be both meant and left out` });
  });
  return errors;
}

function policyErrors({ misfire, overlap }: CampaignRequest): FieldError[] {
  if (misfire !== 'run_all' || overlap !== 'skip') return [];
  return [
    {
      pointer: '/overlap',
      message: 'misfire "run_all" needs overlap "queue" or "allow": "skip" would drop all but one',
    },
  ];
}

function windowErrors({ send_window: window, channel }: CampaignRequest, quiet: DailyHours | null): FieldError[] {
  if (window === null) return [];
  if (window.from === window.to)
    return [
      { pointer: '/send_window/to', message: 'to must differ from from; leave send_window out for the whole day' },
    ];
  if (!neverOpen({ window, quiet })) return [];
  const quietHours = `the quiet hours of ${channel}, ${quiet!.from} to ${quiet!.to}`;
  return [{ pointer: '/send_window', message: `send_window lies within ${quietHours}: nothing could ever be sent` }];
}

type ContentRequest = Pick<CampaignRequest, 'channel' | 'format' | 'subject' | 'message' | 'preheader' | 'text'>;

/** The templates of a campaign and of its variants. */
export function templatesOf(campaign: Campaign): ReadonlySet<string> {
  const templates = [campaign, ...(campaign.variants ?? [])].flatMap(({ subject, message, preheader, text }) => [
    ...[subject, message, preheader, text],
  ]);
  return new Set(templates.filter((template) => template != null));
}

/** What is wrong with what a campaign says. Of templates that are `kept`, only what keeps them from being rendered. */
export function contentErrors(request: ContentRequest, kept = NOTHING): FieldError[] {
  const { channel, format, subject, message, preheader, text } = request;
  const errors: FieldError[] = [];
  if (channel !== 'email' && format !== 'text')
    errors.push({ pointer: '/format', message: `format "${format}" is for email; ${channel} takes text` });
  if (channel === 'sms' && subject !== null) errors.push({ pointer: '/subject', message: 'an SMS has no subject' });
  const templates = [
    ['/message', message, format === 'text' ? 'text' : 'html'],
    ['/subject', subject ?? '', 'text'],
    ['/preheader', preheader ?? '', 'text'],
    ['/text', text ?? '', 'text'],
  ] as const;
  for (const [pointer, text, written] of templates) {
    const fault = kept.has(text) ? parseFault(text, written) : templateFault(text, written);
    if (fault) errors.push({ pointer, message: faultInWords(fault) });
  }
  return errors;
}
