import { parseSmtpReply, type SmtpFailure, type SmtpStage } from '../../domain/smtp-reply.js';

/** The parts of nodemailer's error that tell what happened. */
export interface SmtpError extends Error {
  code?: string | undefined;
  /** The operating system's or TLS's own code, when nodemailer put its own in `code`. */
  originalCode?: string | undefined;
  /** The SMTP command in flight. `CONN` says nothing: it stands for every stage of a connection that broke. */
  command?: string | undefined;
  response?: string | undefined;
}

const TLS_CODE = /^ETLS$|^ERR_(?:TLS|SSL)|CERT|SELF_SIGNED|UNABLE_TO_|^EPROTO$/;

/** An error of nodemailer's as the facts that classifySmtpFailure judges. `during` is the stage if the error names none. */
export function failureOf(error: SmtpError, during: SmtpStage, bodyRead: boolean): SmtpFailure {
  const response = error.response ?? error.message;
  const reply = error.response === undefined ? { code: null, enhancedCode: null } : parseSmtpReply(error.response);
  return {
    stage: bodyRead ? 'body' : stageOf(error, during),
    bodyRead,
    ...reply,
    response,
    errno: error.code ?? null,
  };
}

/** The failure that a reply states. */
export function refused(stage: SmtpStage, response: string): SmtpFailure {
  return { stage, bodyRead: stage === 'body', ...parseSmtpReply(response), response, errno: null };
}

/** What a connection that ended without an error of its own is reported with. */
export function hungUp(reason = 'Connection closed'): SmtpError {
  return Object.assign(new Error(reason), { code: 'ECONNECTION' });
}

/** What a step that outlasted its hard limit is reported with. */
export function tookTooLong(): SmtpError {
  return Object.assign(new Error('No end in sight'), { code: 'ETIMEDOUT' });
}

/** Why no connection was opened, in nodemailer's words for it where it has some. */
export function noWayTo(error: Error & { code?: string }): SmtpError {
  const unknownName = /^(?:ENOTFOUND|EAI_\w+)$/.test(error.code ?? '');
  return Object.assign(new Error(error.message), { code: unknownName ? 'EDNS' : error.code });
}

function stageOf({ command = '', code = '', originalCode = '' }: SmtpError, during: SmtpStage): SmtpStage {
  if (command.startsWith('AUTH') || code === 'EAUTH') return 'auth';
  return command === 'STARTTLS' || TLS_CODE.test(code) || TLS_CODE.test(originalCode) ? 'tls' : during;
}
