import type * as settings from '../../sms-settings.dto.js';
import { overHttp } from '../http/over-http.js';
import type { Make } from '../provider-kinds.js';

const http: Make<settings.HttpSettings, settings.HttpSecrets> = async ({ name, settings, secrets }, ground) => {
  const { HttpSmsProvider } = await import('../http/http-sms.provider.js');
  const { body, from, idempotent, connections: maxConnections } = settings;
  const url = withQuery(settings.url, secrets.query ?? {});
  const headers = JSON.stringify({ ...settings.headers, ...secrets.headers });
  const { allowPrivate, now } = ground;
  try {
    return new HttpSmsProvider({ name, url, body, headers, from, idempotent, maxConnections, allowPrivate, now });
  } catch (error) {
    // What it calls by the environment's names stands in the settings by shorter ones.
    throw new Error(
      (error as Error).message.replaceAll(/SMS_HTTP_(BODY|HEADERS)/g, (_, part: string) => part.toLowerCase()),
    );
  }
};

/** A URL with these behind what it has. */
function withQuery(url: string, query: Record<string, string>): string {
  const whole = new URL(url);
  for (const [name, value] of Object.entries(query)) whole.searchParams.append(name, value);
  return whole.href;
}

const twilio: Make<settings.TwilioSettings, settings.TwilioSecrets> = async (account, ground) => {
  const { TwilioDialect } = await import('./twilio.dialect.js');
  const { account_sid: accountSid, from, messaging_service_sid: messagingServiceSid, endpoint } = account.settings;
  if ((from === undefined) === (messagingServiceSid === undefined))
    throw new Error('give either from or messaging_service_sid');
  const { auth_token: authToken } = account.secrets;
  const reportsTo = ground.reportsTo(account.name);
  const dialect = new TwilioDialect({ accountSid, authToken, from, messagingServiceSid, endpoint, reportsTo });
  return overHttp(dialect, account, ground);
};

const vonage: Make<settings.VonageSettings, settings.VonageSecrets> = async (account, ground) => {
  const { VonageDialect } = await import('./vonage.dialect.js');
  const { api_key: apiKey, from, endpoint } = account.settings;
  const dialect = new VonageDialect({ apiKey, apiSecret: account.secrets.api_secret, from, endpoint });
  return overHttp(dialect, account, ground);
};

/** How each kind of SMS account becomes a provider. */
export const smsMakers = { http, twilio, vonage };
