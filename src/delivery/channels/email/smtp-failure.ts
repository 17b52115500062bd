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

const STAGES: Record<string, SmtpStage> = { 'MAIL FROM': 'mail', 'RCPT TO': 'rcpt', DATA: 'data', STARTTLS: 'tls' };
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

/** The failure of a connection that ended without an error of its own. */
export function connectionLost(during: SmtpStage, bodyRead: boolean): SmtpFailure {
  return failureOf(Object.assign(new Error('Connection closed'), { code: 'ECONNECTION' }), during, bodyRead);
}

/** The failure of a step that outlasted its hard limit. */
export function timedOut(during: SmtpStage, bodyRead: boolean): SmtpFailure {
  return failureOf(Object.assign(new Error('No end in sight'), { code: 'ETIMEDOUT' }), during, bodyRead);
}

function stageOf({ command = '', code = '', originalCode = '' }: SmtpError, during: SmtpStage): SmtpStage {
  if (command.startsWith('AUTH') || code === 'EAUTH') return 'auth';
  if (STAGES[command]) return STAGES[command];
  return TLS_CODE.test(code) || TLS_CODE.test(originalCode) ? 'tls' : during;
}
