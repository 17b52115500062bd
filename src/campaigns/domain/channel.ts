/** The ways a message can travel. */
export const CHANNELS = ['email', 'sms', 'push'] as const;
export type Channel = (typeof CHANNELS)[number];

/** How the message body is written: HTML is escaped when filled, text is not. */
export const FORMATS = ['text', 'html'] as const;
export type Format = (typeof FORMATS)[number];
