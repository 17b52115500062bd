import { Liquid } from 'liquidjs';
import { LIQUID_LIMITS } from '../../../campaigns/domain/liquid.js';
import { boundFault, faultInWords } from '../../../campaigns/domain/template-fault.js';
import type { OutgoingMessage } from '../provider.js';

/** What most providers take, or something like it. */
export const DEFAULT_BODY = '{"to":"{{ to }}","from":"{{ from }}","text":"{{ text }}","id":"{{ id }}"}';

/** Header names that say how a request is carried; the client sets them. */
const RESERVED = [
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'host',
].concat('idempotency-key');
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** How a value stands in a body of this type, so that no recipient's text can end the place it stands in. */
const ESCAPES: Record<string, (text: string) => string> = {
  'application/json': (text) => JSON.stringify(text).slice(1, -1),
  'application/x-www-form-urlencoded': encodeURIComponent,
};

/** Fills the body that the operator wrote with each message. */
export class SmsRequest {
  readonly headers: Record<string, string>;
  private readonly fill: (values: Record<string, string>) => string;

  /**
   * `template` is Liquid over `to`, `text`, `from` and `id`, its values escaped as the content type asks; `headers` a JSON
   * object. Throws an Error that says what is wrong. The template is filled in this process, before each message and for a
   * try: one that could take long is refused unfilled.
   */
  constructor(
    template: string,
    headers: string,
    private readonly from: string,
  ) {
    this.headers = parseHeaders(headers);
    const type = this.headers['content-type']!.split(';')[0]!.trim().toLowerCase();
    const escape = ESCAPES[type];
    if (!escape) throw new Error(`SMS_HTTP_HEADERS: a body of type ${type} cannot be written`);
    const liquid = new Liquid({
      ...LIQUID_LIMITS,
      strictVariables: true,
      outputEscape: (value: unknown) => escape(String(value).replace(/\p{Cs}/gu, '\ufffd')),
    });
    const fault = boundFault(template);
    if (fault) throw new Error(`SMS_HTTP_BODY cannot be used: ${faultInWords(fault)}`);
    const parsed = liquid.parse(template);
    this.fill = (values) => liquid.renderSync(parsed, values) as string;
    this.tryOut(type);
  }

  /** The body for a message. Throws an Error for one that the template cannot be filled with. */
  body({ to, body: text, deliveryKey: id }: Pick<OutgoingMessage, 'to' | 'body' | 'deliveryKey'>): string {
    return this.fill({ to, text, from: this.from, id });
  }

  /** A template that does not make what it says it makes is a mistake of configuration, not of a recipient. */
  private tryOut(type: string): void {
    const sample = { to: '+15550100', body: 'A "text"\n\\ of \u2028 two lines', deliveryKey: '1.1.x' };
    const body = orSay('SMS_HTTP_BODY cannot be filled', () => this.body(sample));
    if (type === 'application/json') orSay('SMS_HTTP_BODY does not make JSON', () => JSON.parse(body));
  }
}

function parseHeaders(text: string): Record<string, string> {
  const given = orSay('SMS_HTTP_HEADERS is not JSON', () => JSON.parse(text) as unknown);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Error('SMS_HTTP_HEADERS must be a JSON object, such as {"authorization":"Bearer …"}');
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  for (const [name, value] of Object.entries(given as Record<string, unknown>)) {
    if (!HEADER_NAME.test(name) || RESERVED.includes(name.toLowerCase()))
      throw new Error(`SMS_HTTP_HEADERS: ${JSON.stringify(name)} cannot be set`);
    if (typeof value !== 'string' || !HEADER_VALUE.test(value))
      throw new Error(`SMS_HTTP_HEADERS: the value of ${name} must be one line of text`);
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function orSay<Made>(what: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}
