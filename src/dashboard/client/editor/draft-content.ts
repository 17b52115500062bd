import { trackingOf, UTM_NAMES, wishOf } from '../../../campaigns/domain/tracking.js';
import type { Campaign, PreviewContent } from '../api/types.js';

/** What a campaign says, as it is being written: what is not given is empty. */
export interface DraftContent {
  channel: Campaign['channel'];
  kind: Campaign['kind'];
  subject: string;
  message: string;
  format: Campaign['format'];
  preheader: string;
  /** Of an email in HTML, for those who read text; empty where it is made from the message. */
  text: string;
  footer: Campaign['footer'];
  sender_name: string;
  sender_email: string;
  reply_to: string;
  /** One a line: `Name: value`. */
  headers: string;
  /** Of a push message. */
  url: string;
  icon: string;
  /** Whether opens and clicks are counted; null as the channel and the format have it. */
  opens: boolean | null;
  clicks: boolean | null;
  utm: Record<(typeof UTM_NAMES)[number], string>;
}

/** What a new campaign says: nothing, by email. */
export const NO_CONTENT: DraftContent = {
  channel: 'email',
  kind: 'marketing',
  subject: '',
  message: '',
  format: 'text',
  preheader: '',
  text: '',
  footer: 'auto',
  sender_name: '',
  sender_email: '',
  reply_to: '',
  headers: '',
  url: '',
  icon: '',
  opens: null,
  clicks: null,
  utm: { source: '', medium: '', campaign: '', content: '' },
};

/** What a campaign that is there says. */
export function contentOf(campaign: Campaign): DraftContent {
  const { channel, kind, message, format, footer, headers, tracking, sender } = campaign;
  const usual = trackingOf({ channel, format });
  const unusual = (name: 'opens' | 'clicks') => (tracking[name] === usual[name] ? null : tracking[name]);
  return {
    ...{ channel, kind, message, format, footer },
    subject: campaign.subject ?? '',
    preheader: campaign.preheader ?? '',
    text: campaign.text ?? '',
    sender_name: sender?.name ?? '',
    sender_email: sender?.email ?? '',
    reply_to: campaign.reply_to ?? '',
    headers: Object.entries(headers ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    url: campaign.url ?? '',
    icon: campaign.icon ?? '',
    opens: unusual('opens'),
    clicks: unusual('clicks'),
    utm: { ...NO_CONTENT.utm, ...given(tracking.utm ?? {}) },
  };
}

const given = <Value>(fields: Record<string, Value | null | undefined>): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));

/** What was written, null where nothing was. */
export const written = (text: string): string | null => (text === '' ? null : text);

/** Who it is from; null where nobody is named. */
export const senderOf = (named: { sender_name: string; sender_email: string }) =>
  named.sender_name === '' && named.sender_email === ''
    ? null
    : { name: written(named.sender_name), email: named.sender_email };

/** Whether it is an email in HTML, which has more to it than a text. */
export const isHtml = ({ channel, format }: Pick<DraftContent, 'channel' | 'format'>): boolean =>
  channel === 'email' && format !== 'text';

/** A line without a colon is a name without a value, which the API refuses with the name. */
function headersOf(lines: string): Record<string, string> | null {
  const entries = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.split(':', 1)[0]!.trim(), line.replace(/^[^:]*:?\s*/, '').trim()] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

/** The content's part of a request; what does not apply to the channel or the format is null, so that an edit takes it back. */
export function contentFields(draft: DraftContent) {
  const { channel } = draft;
  const [email, push, html] = [channel === 'email', channel === 'push', isHtml(draft)];
  return {
    channel,
    kind: draft.kind,
    subject: channel === 'sms' ? null : written(draft.subject),
    message: draft.message,
    format: email ? draft.format : 'text',
    preheader: html ? written(draft.preheader) : null,
    text: html ? written(draft.text) : null,
    footer: draft.footer,
    sender: email ? senderOf(draft) : null,
    reply_to: email ? written(draft.reply_to) : null,
    headers: email ? headersOf(draft.headers) : null,
    url: push ? written(draft.url) : null,
    icon: push ? written(draft.icon) : null,
    tracking: wishOf({
      opens: html ? draft.opens : null,
      clicks: push ? null : draft.clicks,
      utm: push ? null : Object.fromEntries(UTM_NAMES.map((name) => [name, written(draft.utm[name])])),
    }),
  } satisfies PreviewContent;
}
