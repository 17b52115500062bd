/** Bytes that a push message may have before it is encrypted: 4,096 less what RFC 8291 adds; other services take as much. */
export const MOST_PUSH_BYTES = 3_993;

/** What a push message is made of; subject and message are templates. */
export interface PushParts {
  subject: string | null;
  message: string;
  url: string | null;
  icon: string | null;
}

/** The payload of a push message, as the service worker and the apps of devices read it. */
export interface PushPayload {
  title?: string;
  body: string;
  url?: string;
  icon?: string;
  /** One notification for each: a message that comes twice is shown once. */
  tag: string;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const OUTPUT = /\{\{.*?\}\}/gs;

/** How many bytes the text of a push message has at least, whatever is filled in; 0 where conditions decide. */
export function leastPushBytes({ subject, message, url, icon }: PushParts): number {
  const templates = [subject ?? '', message];
  if (templates.some((template) => template.includes('{%'))) return 0;
  const written = templates.map((template) => JSON.stringify(template.replace(OUTPUT, '')));
  return [...written, url ?? '', icon ?? ''].reduce((sum, part) => sum + bytesOf(part), 0);
}
