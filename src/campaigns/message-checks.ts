import { isAscii, parseAddress, parseSender } from '../platform/email-address.js';
import type { FieldError } from '../platform/errors.js';
import type { Config } from '../platform/config.js';
import { mailLeaves } from '../platform/mail-reach.js';
import { pointTo } from '../platform/json-pointer.js';
import type { Campaign } from './campaign.entity.js';
import type { MessageRequest } from './campaign-message.js';
import type { CampaignRequest } from './campaign-plan.js';
import { headerFaults, sentMessage } from './domain/email-message.js';
import { lackingIn, withHtmlFooter } from './domain/footer.js';
import { parseFault } from './domain/template-fault.js';
import { leastPushBytes, MOST_PUSH_BYTES } from './domain/push-size.js';

type Message = Pick<Campaign, 'kind' | 'footer' | 'text' | 'channel' | 'format' | 'message' | 'html'>;

/** What these checks look at. */
type MessageFields = MessageRequest &
  Pick<CampaignRequest, 'channel' | 'format' | 'subject' | 'message' | 'attachments'>;

const NO_ATTACHMENTS = {
  pointer: '/attachments',
  code: 'ATTACHMENTS_NOT_SUPPORTED',
  message: 'attachments are not supported: put the file where recipients can get it, and a link into the message',
};

/** What is wrong with how an email is addressed and headed. */
export function messageErrors(request: MessageFields, config: Config): FieldError[] {
  const { channel, format, reply_to: replyTo, sender, headers } = request;
  const errors = trackingErrors(request);
  if (request.attachments !== null) errors.push(NO_ATTACHMENTS);
  if (channel !== 'email') return [...errors, ...onlyForEmail(request), ...pushErrors(request)];
  errors.push(...onlyForPush(request));
  for (const field of ['preheader', 'text'] as const)
    if (format === 'text' && request[field] !== null)
      errors.push({ pointer: `/${field}`, message: `${field} is for format "html": a text says it all itself` });
  if (replyTo !== null && !isPlain(replyTo))
    errors.push({ pointer: '/reply_to', message: 'reply_to must be one plain email address' });
  if (sender !== null && !maySend(sender.email, config))
    errors.push({
      pointer: '/sender/email',
      code: 'SENDER_NOT_ALLOWED',
      message: `sender.email must be an address in the domain of EMAIL_FROM, ${parseSender(config.EMAIL_FROM).domain}, or one that EMAIL_SENDERS allows`,
    });
  for (const { name, fault } of headerFaults(headers ?? {}))
    errors.push({
      pointer: name === '' ? '/headers' : pointTo('/headers', name),
      message: name === '' ? fault : `the header ${JSON.stringify(name)} is not possible: ${fault}`,
    });
  return errors;
}

/**
 * What a marketing email lacks that must not be sent without a way out and a postal address (R73). While it stays on this
 * machine, where no recipient is, settings may be missing.
 */
export function sendingErrors(message: Message, config: Config): FieldError[] {
  if (message.channel !== 'email' || message.kind === 'transactional') return [];
  const errors = message.footer === 'none' ? lackingErrors(message, config) : hiddenErrors(message);
  if (!mailLeaves(config)) return errors;
  if (config.POSTAL_ADDRESS === undefined)
    errors.push({
      pointer: '/kind',
      code: 'NO_POSTAL_ADDRESS',
      message: 'marketing by email needs a postal address: set POSTAL_ADDRESS',
    });
  if (config.PUBLIC_URL === undefined)
    errors.push({
      pointer: '/kind',
      code: 'NO_PUBLIC_URL',
      message: 'marketing by email needs an unsubscribe link that its recipients can follow: set PUBLIC_URL',
    });
  return errors;
}

/** Of each text that is sent: who reads one does not see the other. */
function lackingErrors({ text, ...written }: Message, config: Config): FieldError[] {
  const { message, format } = sentMessage(written);
  const texts = [
    ['/message', message, format],
    ['/text', text, 'text'],
  ] as const;
  return texts.flatMap(([pointer, template, written]) => {
    if (template == null) return [];
    const { link, address } = lackingIn(template, written, config.POSTAL_ADDRESS ?? null);
    const lacks = (code: string, name: string) => ({
      pointer,
      code,
      message: `marketing by email needs {{ ${name} }} in it: put it in, or let footer be "auto"`,
    });
    return [
      ...(link ? [lacks('NO_UNSUBSCRIBE_LINK', 'unsubscribe_url')] : []),
      ...(address ? [lacks('NO_POSTAL_ADDRESS', 'postal_address')] : []),
    ];
  });
}

/** An element that is not displayed and does not end has the footer in it. */
function hiddenErrors(written: Message): FieldError[] {
  const { message, format } = sentMessage(written);
  // One that was stored and does not parse any more is told of where it is filled.
  if (format === 'text' || parseFault(message, format) !== null) return [];
  const footer = { url: '{{ unsubscribe_url }}', address: '{{ postal_address }}' };
  if (!lackingIn(withHtmlFooter(message, footer), format, null).link) return [];
  const words = 'an element that is not displayed does not end: the footer would be in it, and nobody would see it';
  return [{ pointer: '/message', code: 'FOOTER_HIDDEN', message: words }];
}

/** A pixel needs HTML, and a link a text that is read with its links. */
function trackingErrors({ channel, format, tracking }: MessageFields): FieldError[] {
  const { opens, clicks } = tracking ?? {};
  const errors: FieldError[] = [];
  if (opens && (channel !== 'email' || format === 'text'))
    errors.push({ pointer: '/tracking/opens', message: 'opens are counted by an image: only in an email in HTML' });
  if (clicks && channel === 'push')
    errors.push({ pointer: '/tracking/clicks', message: 'clicks are counted in email and SMS' });
  return errors;
}

function onlyForEmail(request: MessageFields): FieldError[] {
  return (['preheader', 'reply_to', 'sender', 'text', 'headers'] as const)
    .filter((field) => request[field] !== null)
    .map((field) => ({ pointer: `/${field}`, message: `${field} is for email` }));
}

function onlyForPush(request: MessageFields): FieldError[] {
  return (['url', 'icon'] as const)
    .filter((field) => request[field] !== null)
    .map((field) => ({ pointer: `/${field}`, message: `${field} is for push` }));
}

/** What could fit for nobody is refused at once; what is too large for one recipient fails for that one. */
function pushErrors(request: MessageFields): FieldError[] {
  if (request.channel !== 'push') return onlyForPush(request);
  const least = leastPushBytes(request);
  if (least <= MOST_PUSH_BYTES) return [];
  const message = `a push message has at most ${MOST_PUSH_BYTES} bytes with its subject, url and icon; this one has ${least}`;
  return [{ pointer: '/message', code: 'PUSH_TOO_LARGE', message }];
}

function maySend(email: string, { EMAIL_FROM, EMAIL_SENDERS }: Config): boolean {
  const address = isPlain(email) && parseAddress(email)!.toLowerCase();
  if (address === false) return false;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const allowed = [parseSender(EMAIL_FROM).domain, ...EMAIL_SENDERS].map((each) => each.toLowerCase());
  return allowed.includes(address) || allowed.includes(domain);
}

const isPlain = (email: string): boolean => isAscii(email) && parseAddress(email) !== null;
