const SLASH = '(?:/|%(?:25)*2F)';

/** The pages where whoever has the token of a link acts for a contact, whole in a link or escaped into another's. */
const TOKEN = new RegExp(`(${SLASH}(?:unsubscribe|preferences|opt-in|push${SLASH}subscribe)${SLASH})[\\w-]{16,}`, 'gi');

/** A text with its links to the pages of its recipient, of which none acts for anybody any more. */
export const hideLinks = (text: string): string => text.replace(TOKEN, '$1hidden');
