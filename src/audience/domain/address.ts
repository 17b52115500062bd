/** An address as it is stored and compared: trimmed, lower case. */
export function normaliseEmail(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether text is one plain address (no display name, quotes, comments or white space), at most 254 characters. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@"<>()[\],;:\\]{1,64}@[^\s@"<>()[\],;:\\]+\.[^\s@"<>()[\],;:\\.]{2,}$/.test(text);
}

/** A phone number without the spaces, dots, dashes and brackets people type. */
export function normalisePhone(text: string): string {
  return text.replace(/[\s().-]/g, '');
}

/** Whether text is a phone number in E.164 form: `+`, then 7 to 15 digits. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}
