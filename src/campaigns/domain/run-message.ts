import type { Channel } from '../../audience/domain/channel.js';
import type { MessageKind } from '../../audience/domain/recipient.js';
import type { EmailHeaders, EmailSender, FooterPolicy, SentMessage } from './email-message.js';

/** All that messages are written from, as a run keeps it. */
export interface RunMessage extends SentMessage {
  channel: Channel;
  subject?: string | null;
  kind: MessageKind;
  footer: FooterPolicy;
  preheader?: string | null;
  replyTo?: string | null;
  sender?: EmailSender | null;
  text?: string | null;
  headers?: EmailHeaders | null;
  /** Of a push message: what a click on it opens, and the picture beside it. */
  url?: string | null;
  icon?: string | null;
}
