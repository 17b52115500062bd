/** What a campaign says, by the columns of its table: what a version keeps, and what an edit of makes a new version. */
export const CONTENT_FIELDS = [
  ...(['channel', 'subject', 'message', 'format', 'kind', 'footer', 'preheader', 'reply_to', 'sender'] as const),
  ...(['text', 'headers', 'url', 'icon', 'tracking', 'variants'] as const),
] as const;
