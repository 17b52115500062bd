/** An SMTP server and how to reach it, as `SMTP_URL` describes it. */
export interface SmtpServer {
  host: string;
  port: number;
  /** TLS from the first byte (`smtps://`). Otherwise STARTTLS is used whenever the server offers it. */
  implicitTls: boolean;
  /** `?tls=required`: no message over an unencrypted connection. */
  requireTls: boolean;
  /** False after `?rejectUnauthorized=false`: any certificate will do. */
  rejectUnauthorized: boolean;
  credentials: { user: string; pass: string } | null;
}

const DEFAULT_PORTS: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 };
const KNOWN_OPTIONS = new Set(['tls=required', 'rejectUnauthorized=true', 'rejectUnauthorized=false']);

/**
 * Reads `smtp[s]://[user:password@]host[:port][?tls=required][&rejectUnauthorized=false]`; user and password are
 * percent-decoded. Throws an Error naming the mistake, never the password.
 */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  const defaultPort = url ? DEFAULT_PORTS[url.protocol] : undefined;
  if (!url || !defaultPort || url.hostname === '') throw invalid('it must look like smtp://user:password@host:587');
  if (url.pathname !== '' && url.pathname !== '/') throw invalid('it has a path');
  if (url.port === '0') throw invalid('the port must be 1–65535');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || defaultPort,
    implicitTls: url.protocol === 'smtps:',
    credentials: credentialsOf(url),
    ...optionsOf(url.searchParams),
  };
}

function credentialsOf(url: URL): SmtpServer['credentials'] {
  if (url.username === '' && url.password === '') return null;
  if (url.username === '' || url.password === '') throw invalid('it needs both a user and a password, or neither');
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  } catch {
    throw invalid('a % in user or password must be written %25');
  }
}

function optionsOf(query: URLSearchParams): Pick<SmtpServer, 'requireTls' | 'rejectUnauthorized'> {
  for (const [name, value] of query)
    if (!KNOWN_OPTIONS.has(`${name}=${value}`))
      throw invalid(`it has an unknown option ${JSON.stringify(`${name}=${value}`)}`);
  return {
    requireTls: query.get('tls') === 'required',
    rejectUnauthorized: query.get('rejectUnauthorized') !== 'false',
  };
}

function invalid(mistake: string): Error {
  return new Error(`The SMTP URL is not usable: ${mistake}`);
}
