import { createHash } from 'node:crypto';
import type { ReportKind } from '../domain/report.js';
import {
  Forged,
  type InboundCall,
  type InboundDialect,
  instantOf,
  isSame,
  Json,
  macOf,
  Malformed,
  NOTHING,
  ownOf,
  requireNow,
  required,
} from './dialect.js';

const KINDS: Record<string, ReportKind> = {
  delivered: 'delivered',
  expired: 'soft_bounced',
  failed: 'soft_bounced',
  rejected: 'soft_bounced',
};
/** The subscriber is gone for good; the number is none. */
const GONE = ['3', '9'];

/**
 * Vonage, the SMS API: a JWT (HS256) in the authorization that has the body's hash, or the older `sig` over the sorted
 * fields, both with the account's signature secret. Our key comes back as `client-ref`.
 */
export const vonageDialect: InboundDialect = {
  mediaTypes: ['application/json', 'application/x-www-form-urlencoded'],

  read(call, { secrets }, now) {
    const secret = required(secrets, 'signature_secret');
    const fields = fieldsOf(call);
    const token = /^Bearer +(\S+)$/i.exec(call.headers.authorization ?? '')?.[1];
    if (token) verifyToken(token, call.body, secret, now);
    else verifyFields(fields, secret, now);
    const id = fields.messageId ?? fields['message-id'] ?? '';
    if (id === '') throw new Malformed('it has no messageId');
    const at = instantOf(fields['message-timestamp']?.replace(/^([\d-]+) ([\d:]+)$/, '$1T$2Z') ?? null, now);
    const { status, msisdn, text } = fields;
    if (status === undefined) {
      if (msisdn === undefined) throw new Malformed('it has neither status nor msisdn');
      return {
        reports: [],
        replies: [{ eventId: id, phone: msisdn.replace(/^(?=[1-9]\d{6,14}$)/, '+'), text: text ?? '', at }],
      };
    }
    const code = fields['err-code'] ?? '';
    const known = ownOf(KINDS, status);
    if (known === undefined) return NOTHING;
    const kind = known === 'soft_bounced' && GONE.includes(code) ? 'bounced' : known;
    const words = kind === 'delivered' ? null : `${status}, error ${code}`;
    const message = fields['client-ref'] ?? null;
    return { reports: [{ eventId: `${id}:${status}`, kind, at, message, words }], replies: [] };
  },
};

function fieldsOf({ mediaType, body }: InboundCall): Record<string, string | undefined> {
  if (mediaType === 'application/x-www-form-urlencoded')
    return Object.fromEntries(new URLSearchParams(body.toString()));
  return Json.parse(body).fields;
}

function verifyToken(token: string, body: Buffer, secret: string, now: Date): void {
  const [head = '', payload = '', signature = ''] = token.split('.');
  const decoded = (part: string) => Json.parse(Buffer.from(part, 'base64url'));
  // What it says of itself does not choose the algorithm.
  const mac = macOf('sha256', secret, `${head}.${payload}`).toString('base64url');
  if (!isSame(signature, mac)) throw new Forged('its signature is not ours');
  const claims = decoded(payload);
  requireNow(instantOf(claims.get('iat').text, new Date(0)), now);
  const hash = createHash('sha256').update(body).digest('hex');
  if (!isSame(claims.get('payload_hash').text ?? '', hash)) throw new Forged('its token is for another body');
}

/** `&name=value` for each field in the order of names, with `&` and `=` in values made `_`. */
function verifyFields(fields: Record<string, string | undefined>, secret: string, now: Date): void {
  const { sig = '', ...signed } = fields;
  const text = Object.keys(signed)
    .sort()
    .map((name) => `&${name}=${signed[name]!.replaceAll(/[&=]/g, '_')}`);
  const mac = macOf('sha256', secret, text.join('')).toString('hex').toUpperCase();
  if (!isSame(sig.toUpperCase(), mac)) throw new Forged('its signature is not ours');
  requireNow(instantOf(signed.timestamp ?? null, new Date(0)), now);
}
