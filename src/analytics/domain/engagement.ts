/** Facts after sending; none of them rewrites `sent`. */
export const ENGAGEMENT_KINDS = ['opened', 'clicked', 'bounced', 'complained', 'unsubscribed'] as const;
export type EngagementKind = (typeof ENGAGEMENT_KINDS)[number];

/** What a contact, or the mail system on its behalf, did with the message of a run. */
export interface EngagementFact {
  runId: number;
  contactId: number;
  kind: EngagementKind;
  at: Date;
}

/** Whose opens and clicks: people's, or everybody's, machines that open messages and follow links among them. */
export const HITTERS = ['human', 'all'] as const;
export type Hitters = (typeof HITTERS)[number];
