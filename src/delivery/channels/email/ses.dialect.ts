import { type HttpAnswer, jsonOf, type OwnVerdict } from '../../domain/http-reply.js';
import { type Api, apiAt } from '../http/api-at.js';
import type { HttpDialect, HttpProbe, HttpRequest } from '../http/http.provider.js';
import type { OutgoingMessage } from '../provider.js';
import type { ReadProbe } from '../../domain/account-check.js';
import { type AwsCredentials, signedHeaders } from './aws-signature.js';
import { isAscii, parseAddress, type Sender } from '../../../platform/email-address.js';
import { BAD_ADDRESS, jsonHeaders } from './email-parts.js';
import { bytesOf, MimeWriter } from './mime-message.js';

export interface SesAccount {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  configurationSet?: string;
  sender: Sender;
  /** Default: the region's own. */
  endpoint?: string;
}

/** What its errors are about, where the status does not tell: nearly all of them have 400. */
const VERDICTS: Record<string, OwnVerdict['verdict']> = {
  AccountSuspendedException: 'account',
  MailFromDomainNotVerifiedException: 'account',
  SendingPausedException: 'account',
  AccessDeniedException: 'account',
  InvalidClientTokenId: 'account',
  UnrecognizedClientException: 'account',
  SignatureDoesNotMatch: 'account',
  InvalidSignatureException: 'account',
  ExpiredTokenException: 'account',
  NotFoundException: 'account',
  LimitExceededException: 'provider',
  ThrottlingException: 'provider',
  TooManyRequestsException: 'provider',
};

/** Amazon SES, API version 2: `SendEmail` with a whole MIME message. It knows no idempotency keys. */
export class SesDialect implements HttpDialect {
  readonly channel = 'email';
  readonly idempotent = false;
  private readonly api: Api;
  private readonly credentials: AwsCredentials;
  private readonly mime: MimeWriter;

  constructor(private readonly account: SesAccount) {
    const { region, accessKeyId, secretAccessKey, sender } = account;
    this.api = apiAt(account.endpoint ?? `https://email.${region}.amazonaws.com`);
    this.credentials = { region, accessKeyId, secretAccessKey, service: 'ses' };
    this.mime = new MimeWriter(sender);
  }

  request(message: OutgoingMessage, now: Date): HttpRequest | typeof BAD_ADDRESS {
    const to = parseAddress(message.to);
    if (to === null || !isAscii(to)) return BAD_ADDRESS;
    const mime = this.mime.write(message, to, now);
    const body = JSON.stringify({
      FromEmailAddress: mime.sender.address,
      Destination: { ToAddresses: [to] },
      Content: { Raw: { Data: bytesOf(mime).toString('base64') } },
      ConfigurationSetName: this.account.configurationSet,
    });
    const url = this.api('/v2/email/outbound-emails');
    return { url, headers: jsonHeaders(signedHeaders(this.credentials, { method: 'POST', url, body }, now)), body };
  }

  /** `GetAccount`, which a user who may only send may not call. */
  probe(now: Date): HttpProbe {
    const url = this.api('/v2/email/account');
    const signed = signedHeaders(this.credentials, { method: 'GET', url, body: '' }, now);
    return { url, headers: { ...signed, accept: 'application/json' }, read: readAccount };
  }

  verdict({ status, headers = {}, body }: HttpAnswer): OwnVerdict | null {
    const answer = jsonOf(body);
    if (status === 200) return { verdict: 'sent', messageId: String(answer.MessageId ?? '') || null };
    const code = errorTypeOf(headers, answer);
    // The sender's identity, or in the trial period of an account any recipient's.
    if (code === 'MessageRejected' && /not verified/i.test(body)) return { verdict: 'account', code };
    const verdict = VERDICTS[code];
    return verdict ? { verdict, code } : null;
  }
}

function errorTypeOf(headers: Readonly<Record<string, string>>, answer: Record<string, unknown>): string {
  const type = headers['x-amzn-errortype'] ?? (typeof answer.__type === 'string' ? answer.__type : '');
  return type.split(':')[0]!.split('#').at(-1)!;
}

const readAccount: ReadProbe = ({ status, headers = {} }, answer) => {
  if (errorTypeOf(headers, answer) === 'AccessDeniedException')
    return { verdict: 'unclear', detail: 'it knows the key, which may not call GetAccount' };
  if (status !== 200) return null;
  if (answer.SendingEnabled === false) return { verdict: 'refused', detail: 'sending is paused for the account' };
  if (answer.ProductionAccessEnabled === false)
    return {
      verdict: 'unclear',
      detail: 'it knows the account, which is in its trial: only verified addresses get anything',
    };
  return null;
};
