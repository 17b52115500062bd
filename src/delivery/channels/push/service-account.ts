import { createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import type { OutboundHttp } from '../../../platform/outbound-http.js';
import { classifyHttpReply, type HttpOutcome, jsonOf } from '../../domain/http-reply.js';

/** A key of a Google service account. */
export interface ServiceAccount {
  projectId: string;
  clientEmail: string;
  privateKey: KeyObject;
  tokenUri: URL;
}

const GOOGLE = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const HOUR_SECONDS = 3_600;
/** A token is replaced so long before it ends: what is on its way with it still arrives in time. */
const EARLY_MS = 5 * 60_000;

/** Reads the JSON that Google gives. Throws an Error that says what is missing. */
export function serviceAccountOf(json: Record<string, unknown>): ServiceAccount {
  const text = (name: string): string => {
    const value = json[name];
    if (typeof value !== 'string' || value === '') throw new Error(`service_account has no ${name}`);
    return value;
  };
  const tokenUri = json.token_uri === undefined ? GOOGLE : text('token_uri');
  if (!URL.canParse(tokenUri)) throw new Error('token_uri of service_account is no URL');
  const privateKey = rsaKeyOf(text('private_key'));
  if (!privateKey) throw new Error('private_key of service_account is no RSA key');
  return { projectId: text('project_id'), clientEmail: text('client_email'), privateKey, tokenUri: new URL(tokenUri) };
}

function rsaKeyOf(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}

/** The access tokens of a service account: one at a time, asked for once by all who need it, renewed before it ends. */
export class AccessTokens {
  private token: { words: string; until: number } | null = null;
  private asking: Promise<HttpOutcome | null> | null = null;

  constructor(private readonly account: ServiceAccount) {}

  /** Makes sure that there is one; what keeps it from that, or null. */
  async ready(http: OutboundHttp, now: Date): Promise<HttpOutcome | null> {
    if (this.token && now.getTime() < this.token.until) return null;
    return (this.asking ??= this.ask(http, now).finally(() => (this.asking = null)));
  }

  /** The token, once it is ready. */
  words(): string {
    return this.token?.words ?? '';
  }

  /** It was refused: the next message asks for another one. */
  forget(): void {
    this.token = null;
  }

  /** Nothing of a message has left when it fails: an account that is refused waits for people, the rest for a while. */
  private async ask(http: OutboundHttp, now: Date): Promise<HttpOutcome | null> {
    const body = new URLSearchParams({ grant_type: GRANT, assertion: this.assertion(now) }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const reply = await http.post({ url: this.account.tokenUri, headers, body });
    if (reply.kind === 'answered') {
      const { access_token: words, expires_in: seconds } = jsonOf(reply.body);
      if (reply.status < 300 && typeof words === 'string' && typeof seconds === 'number') {
        this.token = { words, until: now.getTime() + seconds * 1_000 - EARLY_MS };
        return null;
      }
      const passing = reply.status >= 500 || reply.status === 429 || reply.status === 408;
      const verdict = passing ? 'provider' : 'account';
      return classifyHttpReply(reply, false, () => ({ verdict, code: 'token' }));
    }
    // Whether or not the question arrived, no message did.
    return classifyHttpReply({ ...reply, kind: 'not_sent' }, false);
  }

  /** RFC 7523: signed with the account's key, good for an hour. */
  private assertion(now: Date): string {
    const { clientEmail: iss, tokenUri, privateKey } = this.account;
    const iat = Math.floor(now.getTime() / 1_000);
    const claims = { iss, scope: SCOPE, aud: tokenUri.href, iat, exp: iat + HOUR_SECONDS };
    const words = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.');
    return `${words}.${createSign('RSA-SHA256').update(words).sign(privateKey, 'base64url')}`;
  }
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
