import type { Channel } from '../../../audience/domain/channel.js';
import type { Reading } from './reading.js';
import { inLiquid, type Substitutions } from './template.js';

/** What a campaign or a variant says, as files have it. */
export interface Message extends Record<string, unknown> {
  channel: Channel;
  message: string;
}

const CHANNELS: Record<string, Channel> = {
  ...{ EmailMessage: 'email', SMSMessage: 'sms' },
  ...{ DefaultMessage: 'push', GCMMessage: 'push', APNSMessage: 'push', ADMMessage: 'push', BaiduMessage: 'push' },
};
/** Those of a template; a push template has one part for each service. */
const PUSH_PARTS = ['Default', 'GCM', 'APNS', 'ADM', 'Baidu'];
const TEMPLATES: Record<string, [kind: string, channel: Channel]> = {
  EmailTemplate: ['EMAIL', 'email'],
  SMSTemplate: ['SMS', 'sms'],
  PushTemplate: ['PUSH', 'push'],
};

/** Templates by type and name, `EMAIL welcome`. */
export type Templates = ReadonlyMap<string, Reading>;

/** What is said, by a message of its own or a template; a sentence where nothing is that could be sent here. */
export function messageOf(thing: Reading, templates: Templates): Message | string {
  const own = thing.at('MessageConfiguration');
  const said = Object.keys(CHANNELS).find((name) => own.at(name).entries().length > 0);
  if (said) {
    const message = read(own.at(said), CHANNELS[said]!, {});
    for (const [, other] of own.entries()) other.dropped('a campaign has one message by one channel');
    thing.at('TemplateConfiguration').dropped('the campaign has a message of its own');
    return message ?? 'its message is empty';
  }
  const wanted = Object.keys(TEMPLATES).find((name) => thing.at('TemplateConfiguration').at(name).given);
  if (!wanted) return 'it has no message that can be sent by email, SMS or push';
  return fromTemplate(thing.at('TemplateConfiguration'), wanted, templates);
}

function fromTemplate(configuration: Reading, wanted: string, templates: Templates): Message | string {
  const [kind, channel] = TEMPLATES[wanted]!;
  const name = configuration.at(wanted).at('Name');
  const template = templates.get(`${kind} ${name.text}`);
  if (!template) return `its template "${name.text}" is not among the files`;
  name.resembles('message', 'a copy of what the template says now');
  configuration.at(wanted).at('Version').dropped('the version that is among the files was taken');
  for (const [, other] of configuration.entries()) other.dropped('a campaign has one message by one channel');
  const substitutions = template.at('DefaultSubstitutions');
  const defaults = parsed(substitutions.text);
  if (substitutions.text !== null && defaults === null) substitutions.dropped('it is no JSON object');
  else substitutions.resembles('message', 'as "default" where a variable is printed');
  const part = channel === 'push' ? PUSH_PARTS.find((one) => template.at(one).given) : undefined;
  const message = read(part ? template.at(part) : template, channel, defaults ?? {});
  for (const other of PUSH_PARTS) template.at(other).dropped('one push message is for all services');
  return message ?? `its template "${name.text}" is empty`;
}

function parsed(json: string | null): Substitutions | null {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Substitutions) : null;
  } catch {
    return null;
  }
}

function read(from: Reading, channel: Channel, defaults: Substitutions): Message | null {
  const translate = (field: Reading, to: string): string | undefined => {
    if (field.text === null) return undefined;
    const { text, notes } = inLiquid(field.text, channel, defaults);
    if (notes.length > 0) field.resembles(to, notes.join('; '));
    else if (text !== field.text) field.resembles(to, 'written in Liquid');
    else field.became(to);
    return text;
  };
  const fields =
    channel === 'email' ? email(from, translate) : channel === 'sms' ? sms(from, translate) : push(from, translate);
  const { message, ...rest } = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return message === undefined ? null : { channel, ...rest, message: message as string };
}

type Translate = (field: Reading, to: string) => string | undefined;

function email(from: Reading, translate: Translate): Record<string, unknown> {
  const subject = translate(from.at('Title').given ? from.at('Title') : from.at('Subject'), 'subject');
  const [html, plain] = [
    from.at('HtmlBody').given ? 'HtmlBody' : 'HtmlPart',
    from.at('Body').given ? 'Body' : 'TextPart',
  ];
  const written = translate(from.at(html), 'message');
  const text = translate(from.at(plain), written === undefined ? 'message' : 'text');
  const headers = from
    .at('Headers')
    .items()
    .map((header) => {
      header.became('headers');
      return [header.at('Name').text ?? '', header.at('Value').text ?? ''] as const;
    });
  const sender = from.at('FromAddress');
  sender.resembles('sender', 'its domain must be that of EMAIL_FROM, or in EMAIL_SENDERS');
  return {
    subject,
    ...(written === undefined ? { message: text } : { format: 'html', message: written, text }),
    sender: sender.text === null ? undefined : { email: sender.text },
    headers: headers.length > 0 ? Object.fromEntries(headers) : undefined,
  };
}

function sms(from: Reading, translate: Translate): Record<string, unknown> {
  const type = from.at('MessageType');
  type.became('kind');
  for (const field of ['SenderId', 'OriginationNumber', 'EntityId', 'TemplateId'])
    from.at(field).dropped('who a text is from is a setting of the SMS account');
  return {
    kind: type.text === 'TRANSACTIONAL' ? 'transactional' : undefined,
    message: translate(from.at('Body'), 'message'),
  };
}

function push(from: Reading, translate: Translate): Record<string, unknown> {
  const [url, icon] = [from.at('Url'), from.at('ImageIconUrl')];
  url.became('url');
  icon.became('icon');
  const action = from.at('Action');
  if (action.text === 'URL') action.became('url');
  else action.dropped('a click opens url, or nothing');
  const subject = translate(from.at('Title'), 'subject');
  const message = translate(from.at('Body'), 'message');
  for (const [, other] of from.entries()) other.dropped('a push message has a title, a text, a link and an icon');
  return { subject, url: url.text ?? undefined, icon: icon.text ?? undefined, message };
}
