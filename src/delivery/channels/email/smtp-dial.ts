import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { connectPublic } from '../../../platform/public-network.js';
import type { SmtpFailure, SmtpStage } from '../../domain/smtp-reply.js';
import { failureOf, hungUp, noWayTo, tookTooLong, type SmtpError } from './smtp-failure.js';
import { SmtpSession } from './smtp-session.js';
import type { SmtpTimeouts } from './smtp-timeouts.js';
import type { SmtpServer } from './smtp-url.js';

export type Dialled = { session: SmtpSession } | { failure: SmtpFailure };

/** A password is never sent to a server that did not ask for one: it would most likely go unencrypted. */
const NO_AUTH_OFFERED: SmtpFailure = {
  stage: 'auth',
  bodyRead: false,
  code: null,
  enhancedCode: null,
  response: 'The server offers no authentication on this connection, but the SMTP URL has a user and a password',
  errno: 'EAUTH',
};

/**
 * Opens a connection: TCP, TLS as the URL asks, EHLO, AUTH. Resolves in every case; `signal` gives up at once.
 * A server that offers STARTTLS and then fails at it is not spoken to in the clear. `line` is a TCP connection that is open.
 */
export function dial(server: SmtpServer, timeouts: SmtpTimeouts, signal: AbortSignal, line?: Socket): Promise<Dialled> {
  const connection = new SMTPConnection({
    ...(line && { connection: line }),
    host: server.host,
    port: server.port,
    secure: server.implicitTls,
    requireTLS: server.requireTls,
    tls: { rejectUnauthorized: server.rejectUnauthorized },
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.commandMs,
    socketCloseTimeout: 1_000,
  });
  return new Promise((resolve) => {
    let stage: SmtpStage = 'connect';
    const settle = (dialled: Dialled): void => {
      clearTimeout(limit);
      signal.removeEventListener('abort', abort);
      connection.removeListener('error', onError).removeListener('end', onEnd);
      resolve(dialled);
    };
    const fail = (failure: SmtpFailure): void => {
      settle({ failure });
      connection.on('error', () => undefined).close();
    };
    const onError = (error: SmtpError): void => fail(failureOf(error, stage, false));
    const onEnd = (): void => queueMicrotask(() => fail(failureOf(hungUp(), stage, false)));
    const abort = (): void => fail(failureOf(hungUp(), stage, false));
    const limit = setTimeout(
      () => fail(failureOf(tookTooLong(), stage, false)),
      timeouts.connectMs + 4 * timeouts.commandMs,
    );
    signal.addEventListener('abort', abort);
    connection.once('error', onError).once('end', onEnd);
    connection.connect((refused?: SmtpError) => {
      if (refused) return onError(refused);
      const offers = String(connection.lastServerResponse); // the reply to EHLO, until the login
      const open = (): void => settle({ session: new SmtpSession(connection, offers, timeouts) });
      if (!server.credentials) return open();
      if (!connection.allowsAuth) return fail(NO_AUTH_OFFERED);
      stage = 'auth';
      connection.login({ ...server.credentials }, (error) => (error ? onError(error) : open()));
    });
  });
}

/** The same, but only where the server is in the public internet (R55); its name still is what its certificate must say. */
export async function dialPublic(server: SmtpServer, timeouts: SmtpTimeouts, signal: AbortSignal): Promise<Dialled> {
  const limit = AbortSignal.timeout(timeouts.connectMs);
  try {
    const line = await connectPublic(server.host, server.port, AbortSignal.any([signal, limit]));
    return await dial(server, timeouts, signal, line);
  } catch (error) {
    return { failure: failureOf(limit.aborted ? tookTooLong() : noWayTo(error as Error), 'connect', false) };
  }
}
