import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type ApiAct, type ApiRequest, ApiServer } from './api-server.js';

/** One pair for all: making one takes a while. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });

/** Google as FCM's documentation describes it, from the other side of the wire: tokens for a signed assertion, and messages. */
export class FcmServer {
  /** How often a token was asked for. */
  asked = 0;
  /** What happens to a question for a token, and to a message; both are answered well by default. */
  tokenScript: (() => ApiAct) | null = null;
  messageScript: (() => ApiAct) | null = null;

  private constructor(
    readonly api: ApiServer,
    private readonly now: () => Date,
  ) {
    api.script = (request) => (request.path === '/token' ? this.giveToken(request) : this.take(request));
  }

  static async start(now: () => Date): Promise<FcmServer> {
    return new FcmServer(await ApiServer.start(), now);
  }

  /** The JSON of a key that Google would give, but for where tokens are asked for. */
  get serviceAccount(): Record<string, string> {
    return {
      type: 'service_account',
      project_id: 'example',
      client_email: 'push@example.iam.gserviceaccount.com',
      private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      token_uri: `${this.api.origin}/token`,
    };
  }

  /** The messages that it took, as they came. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get messages(): any[] {
    return this.api.takenRequests.flatMap(({ path, raw }) => (path === '/token' ? [] : [JSON.parse(raw).message]));
  }

  private giveToken({ raw, headers }: ApiRequest): ApiAct {
    this.asked += 1;
    if (this.tokenScript) return this.tokenScript();
    const form = new URLSearchParams(raw);
    need(headers['content-type'] === 'application/x-www-form-urlencoded', 'a form');
    need(form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'the grant');
    const [head, body, signature] = form.get('assertion')!.split('.') as [string, string, string];
    const key = createPublicKey(pair.publicKey.export({ type: 'spki', format: 'pem' }));
    need(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')), 'a signature');
    const { iss, scope, aud, iat, exp } = JSON.parse(Buffer.from(body, 'base64url').toString());
    const now = this.now().getTime() / 1_000;
    need(iss === this.serviceAccount.client_email && aud === `${this.api.origin}/token`, 'who asks whom');
    need(scope === 'https://www.googleapis.com/auth/firebase.messaging', 'the scope');
    need(iat <= now && exp > now && exp - iat <= 3_600, 'an hour at most');
    return json(200, { access_token: `token-${this.asked}`, expires_in: 3_599, token_type: 'Bearer' });
  }

  private take({ method, path, headers, raw }: ApiRequest): ApiAct {
    need(method === 'POST' && path === '/v1/projects/example/messages:send', 'the path');
    if (this.messageScript) return this.messageScript();
    if (headers.authorization !== `Bearer token-${this.asked}`) return fcmError(401, 'UNAUTHENTICATED');
    const { token, notification } = JSON.parse(raw).message;
    need(typeof token === 'string' && typeof notification.body === 'string', 'a token and a notification');
    return json(200, { name: `projects/example/messages/${this.api.taken.length}` });
  }
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const FCM = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';

/** An error in FCM's words; `field` is what it finds fault with, `message` what it tells people. */
export function fcmError(
  status: number,
  errorCode: string | null,
  headers = {},
  field?: string,
  message = 'no',
): ApiAct & object {
  const own = errorCode === null ? [] : [{ '@type': FCM, errorCode }];
  const fault = field === undefined ? [] : [{ '@type': BAD_REQUEST, fieldViolations: [{ field }] }];
  return json(status, { error: { code: status, message, status: 'X', details: [...own, ...fault] } }, headers);
}

function need(holds: unknown, what: string): void {
  if (!holds) throw new Error(`the request lacks ${what}`);
}
