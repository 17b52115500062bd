import { sql } from 'kysely';

const html = sql`(r.channel = 'email' and r.format <> 'text')`;

/** Whether the messages of a run `r` tell that they are opened, as `trackingOf` says. */
export const countsOpens = sql`(${html} and coalesce((r.tracking->>'opens')::boolean, true))`;

/** Whether they tell that a link is followed, as `trackingOf` says. */
export const countsClicks = sql`coalesce((r.tracking->>'clicks')::boolean, ${html})`;
