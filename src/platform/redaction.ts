import type { Config } from './config.js';

/** What secrets of this process look like, also those it was never told: keys, credentials of a header, passwords in URLs. */
const PATTERNS: [RegExp, string][] = [
  [/\bck_live_[\w-]+/g, 'ck_live_***'],
  [/\bwhsec_[\w+/=]+/g, 'whsec_***'],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 ***'],
  [/(\w:\/\/[^\s:@/"]*):[^\s@/"]+@/g, '$1:***@'],
];

/** A shorter one would black out ordinary words, and is no secret. */
const SHORTEST = 6;

/** Every secret this process knows, the longest first. For the whole process: so is what it prints. */
let known: string[] = [];

/** What the value of a header gives away beside itself: its token, and of kind Basic the credentials packed in it. */
export function credentialsIn(value: string): string[] {
  const [, kind, token] = /^([\w-]+) +(\S+)$/.exec(value) ?? [];
  if (kind === undefined || token === undefined) return [];
  if (kind.toLowerCase() !== 'basic') return [token];
  const packed = Buffer.from(token, 'base64').toString();
  return [token, packed, packed.slice(packed.indexOf(':') + 1)];
}

/** From now on these are not printed, neither as they are nor as they stand in a URL, in JSON or in a header. */
export function keepSecret(...secrets: (string | null | undefined)[]): void {
  const texts = secrets.flatMap((secret) => (secret ? [secret, ...credentialsIn(secret)] : []));
  const forms = texts.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  const all = new Set([...known, ...forms.filter(({ length }) => length >= SHORTEST)]);
  if (all.size > known.length) known = [...all].sort((one, other) => other.length - one.length);
}

/** The secrets of the configuration. */
export function keepSecretsOf(config: Config): void {
  const { ADMIN_API_KEY, SECRET_KEY, DKIM_PRIVATE_KEY: key } = config;
  keepSecret(ADMIN_API_KEY, SECRET_KEY, key?.startsWith('-----BEGIN') ? key : null);
  for (const url of [config.DATABASE_URL, config.SMTP_URL]) keepSecret(...passwordsOf(url));
  keepSecret(...headerValues(config.SMS_HTTP_HEADERS));
}

/** A text as it may be printed. */
export function redacted(text: string): string {
  for (const secret of known) if (text.includes(secret)) text = text.replaceAll(secret, '***');
  for (const [pattern, instead] of PATTERNS) text = text.replaceAll(pattern, instead);
  return text;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** As they are, and as SMTP's AUTH LOGIN and PLAIN send them. */
function passwordsOf(url: string | undefined): string[] {
  if (!url || !URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  try {
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
    return [password, secret, ...(secret === '' ? [] : [secret, `\0${user}\0${secret}`].map(base64))];
  } catch {
    return [password];
  }
}

/** What is no JSON is refused where text messages are set up. */
function headerValues(headers: string): string[] {
  try {
    return Object.values(JSON.parse(headers) as Record<string, unknown>).filter((value) => typeof value === 'string');
  } catch {
    return [];
  }
}
