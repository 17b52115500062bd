import { createECDH } from 'node:crypto';
import type * as settings from '../../push-settings.dto.js';
import { callsOf } from '../http/over-http.js';
import type { Provider } from '../provider.js';
import type { ProviderGround } from '../provider-ground.js';
import type { Make, OpenAccount } from '../provider-kinds.js';
import type { PushDialect } from './push.provider.js';

const webPush: Make<settings.WebPushSettings, settings.WebPushSecrets> = async (account, ground) => {
  const { public_key: publicKey, ttl_seconds: ttlSeconds, push_services: pushServices, ...rest } = account.settings;
  const { private_key: privateKey } = account.secrets;
  if (publicOf(privateKey) !== publicKey) throw new Error('public_key is not that of the secret private_key');
  const { subject, urgency, topic } = rest;
  const { WebPushDialect } = await import('./web-push.dialect.js');
  const keys = { publicKey, privateKey };
  return pushing(new WebPushDialect({ subject, ...keys, ttlSeconds, urgency, topic, pushServices }), account, ground);
};

const fcm: Make<settings.FcmSettings, settings.FcmSecrets> = async (account, ground) => {
  const { serviceAccountOf } = await import('./service-account.js');
  const { FcmDialect } = await import('./fcm.dialect.js');
  const { ttl_seconds: ttlSeconds, priority, endpoint } = account.settings;
  const serviceAccount = serviceAccountOf(account.secrets.service_account);
  return pushing(new FcmDialect({ serviceAccount, ttlSeconds, priority, endpoint }), account, ground);
};

/** How each kind of push account becomes a provider. */
export const pushMakers = { webPush, fcm };

async function pushing(
  dialect: PushDialect,
  account: OpenAccount<settings.PushSettings, object>,
  ground: ProviderGround,
): Promise<Provider> {
  const { PushProvider } = await import('./push.provider.js');
  return new PushProvider(dialect, callsOf(account, ground));
}

/** The public key of a private one; null where it is none. */
function publicOf(privateKey: string): string | null {
  try {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(privateKey, 'base64url');
    return pair.getPublicKey('base64url');
  } catch {
    return null;
  }
}
