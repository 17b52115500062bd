import type * as settings from '../../email-settings.dto.js';
import { overHttp } from '../http/over-http.js';
import type { Make } from '../provider-kinds.js';
import { parseSender } from '../../../platform/email-address.js';
import { SmtpProvider } from './smtp.provider.js';

const smtp: Make<settings.SmtpSettings, settings.SmtpSecrets> = ({ name, settings, secrets }, ground) =>
  Promise.resolve(
    new SmtpProvider({
      name,
      url: smtpUrl(settings, secrets),
      from: settings.from,
      signer: ground.signer,
      returnPath: ground.returnPath,
      allowPrivate: ground.allowPrivate,
      maxConnections: settings.connections,
      now: ground.now,
      log: ground.log,
    }),
  );

const ses: Make<settings.SesSettings, settings.SesSecrets> = async (account, ground) => {
  const { SesDialect } = await import('./ses.dialect.js');
  const { region, endpoint, access_key_id: accessKeyId, configuration_set: configurationSet } = account.settings;
  const { secret_access_key: secretAccessKey } = account.secrets;
  const sender = parseSender(account.settings.from);
  return overHttp(
    new SesDialect({ region, endpoint, accessKeyId, secretAccessKey, configurationSet, sender }),
    account,
    ground,
  );
};

const sendgrid: Make<settings.SendgridSettings, settings.ApiKeySecrets> = async (account, ground) => {
  const { SendgridDialect } = await import('./sendgrid.dialect.js');
  const { from, endpoint } = account.settings;
  const dialect = new SendgridDialect({ apiKey: account.secrets.api_key, sender: parseSender(from), endpoint });
  return overHttp(dialect, account, ground);
};

const mailgun: Make<settings.MailgunSettings, settings.MailgunSecrets> = async (account, ground) => {
  const { MailgunDialect } = await import('./mailgun.dialect.js');
  const { from, domain, endpoint } = account.settings;
  const dialect = new MailgunDialect({ domain, apiKey: account.secrets.api_key, sender: parseSender(from), endpoint });
  return overHttp(dialect, account, ground);
};

const postmark: Make<settings.PostmarkSettings, settings.PostmarkSecrets> = async (account, ground) => {
  const { PostmarkDialect } = await import('./postmark.dialect.js');
  const { from, message_stream: messageStream, endpoint } = account.settings;
  const { server_token: serverToken } = account.secrets;
  return overHttp(
    new PostmarkDialect({ serverToken, messageStream, sender: parseSender(from), endpoint }),
    account,
    ground,
  );
};

const resend: Make<settings.ResendSettings, settings.ResendSecrets> = async (account, ground) => {
  const { ResendDialect } = await import('./resend.dialect.js');
  const { from, endpoint } = account.settings;
  const dialect = new ResendDialect({ apiKey: account.secrets.api_key, sender: parseSender(from), endpoint });
  return overHttp(dialect, account, ground);
};

/** How each kind of email account becomes a provider. */
export const emailMakers = { smtp, ses, sendgrid, mailgun, postmark, resend };

function smtpUrl(
  { host, port, security, user, allow_invalid_certificate: anyCertificate }: settings.SmtpSettings,
  { password }: settings.SmtpSecrets,
): string {
  if ((user === undefined) !== (password === undefined))
    throw new Error('user and the secret password go together: give both or neither');
  const login = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password!)}@`;
  const where = `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
  const options = [
    ...(security === 'starttls' ? ['tls=required'] : []),
    ...(anyCertificate ? ['rejectUnauthorized=false'] : []),
  ];
  return `${security === 'tls' ? 'smtps' : 'smtp'}://${login}${where}${options.length > 0 ? `?${options.join('&')}` : ''}`;
}
