/** How long each step of SMTP may take, in milliseconds (RFC 5321 §4.5.3.2 asks for more patience than a campaign has). */
export interface SmtpTimeouts {
  /** DNS, TCP, TLS, up to the end of the handshake. */
  connectMs: number;
  /** From the TCP connection to the server's 220. */
  greetingMs: number;
  /** Silence after a command. */
  commandMs: number;
  /** Silence after the message. */
  answerMs: number;
  /** An unused connection is closed after this. */
  idleMs: number;
  /** One unused for this long may have been given up by the server; in closing it then it says nothing about our rate. */
  staleMs: number;
}

export const SMTP_TIMEOUTS: SmtpTimeouts = {
  connectMs: 30_000,
  greetingMs: 30_000,
  commandMs: 60_000,
  answerMs: 120_000,
  idleMs: 30_000,
  staleMs: 5_000,
};
