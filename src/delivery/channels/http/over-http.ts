import type { Provider } from '../provider.js';
import type { ProviderGround } from '../provider-ground.js';
import type { OpenAccount } from '../provider-kinds.js';
import type { HttpDialect, HttpOptions } from './http.provider.js';

type HttpAccount = OpenAccount<{ connections?: number }, object>;

/** How the calls of an account are made. */
export function callsOf({ name, settings }: HttpAccount, { allowPrivate, now }: ProviderGround): HttpOptions {
  return { name, allowPrivate, maxConnections: settings.connections, now };
}

/** The provider of an account that takes a POST for each message; its HTTP client is loaded only here. */
export async function overHttp(dialect: HttpDialect, account: HttpAccount, ground: ProviderGround): Promise<Provider> {
  const { HttpProvider } = await import('./http.provider.js');
  return new HttpProvider(dialect, callsOf(account, ground));
}
