import { randomUUID } from 'node:crypto';
import { type Api, apiAt } from '../http/api-at.js';
import type { HttpDialect, HttpProbe, HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage } from '../provider.js';
import { isAscii, parseAddress, type Sender } from '../../../platform/email-address.js';
import type { ReadProbe } from '../../domain/account-check.js';
import { BAD_ADDRESS } from './email-parts.js';
import { bytesOf, MimeWriter } from './mime-message.js';

export interface MailgunAccount {
  domain: string;
  apiKey: string;
  sender: Sender;
  /** Default: `https://api.mailgun.net`; in Europe `https://api.eu.mailgun.net`. */
  endpoint?: string;
}

/** Mailgun, `POST /v3/<domain>/messages.mime`: a form of the recipient and a whole MIME message. It knows no idempotency keys. */
export class MailgunDialect implements HttpDialect {
  readonly channel = 'email';
  readonly idempotent = false;
  private readonly api: Api;
  private readonly domain: string;
  private readonly authorization: string;
  private readonly mime: MimeWriter;

  constructor({ domain, apiKey, sender, endpoint }: MailgunAccount) {
    this.domain = encodeURIComponent(domain);
    this.api = apiAt(endpoint ?? 'https://api.mailgun.net');
    this.authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;
    this.mime = new MimeWriter(sender);
  }

  /** A key that may only send is refused here, too. */
  probe(): HttpProbe {
    const headers = { authorization: this.authorization, accept: 'application/json' };
    const read: ReadProbe = ({ status }, { domain }) => {
      if (status === 401 || status === 403)
        return {
          verdict: 'refused',
          detail: `it answers ${status}: a wrong key, or one that may only send: test that`,
        };
      const { state } = (domain ?? {}) as { state?: unknown };
      if (status !== 200 || state === undefined || state === 'active') return null;
      return { verdict: 'refused', detail: `the domain is ${String(state)}` };
    };
    return { url: this.api(`/v3/domains/${this.domain}`), headers, read };
  }

  request(message: OutgoingMessage, now: Date): HttpRequest | typeof BAD_ADDRESS {
    const to = parseAddress(message.to);
    if (to === null || !isAscii(to)) return BAD_ADDRESS;
    const boundary = `part-${randomUUID()}`;
    const part = (disposition: string, content: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
    return {
      url: this.api(`/v3/${this.domain}/messages.mime`),
      headers: {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        accept: 'application/json',
        authorization: this.authorization,
      },
      body:
        part('name="to"', to) +
        part('name="message"; filename="message.eml"', bytesOf(this.mime.write(message, to, now)).toString()) +
        `--${boundary}--\r\n`,
    };
  }
}
