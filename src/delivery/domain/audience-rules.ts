import type { Standing } from '../../audience/domain/audience.js';
import type { Judgement } from './explanation.js';

/** How a contact stands to the segments that an audience includes and excludes. */
export interface AudienceFacts {
  /** Null means everyone. */
  include: Standing[] | null;
  exclude: Standing[];
  /** The earlier run of the campaign that reached it, 0 for none; null where that does not matter. */
  reached: number | null;
}

/** A contact's place, as far as these rules care: whether it is there now, and was there when the audience was frozen. */
interface Place {
  audience: AudienceFacts;
  contact: object | null;
  inAudience: boolean;
}

/** What of a run tells whom it was frozen with. */
interface Frozen {
  run: { frozen: boolean; frozenThrough: number; ledgerDroppedAt: Date | null } | null;
  inAudience: boolean;
  contactId: number;
}

/** Whether the audience of a run was frozen without it: it gets nothing, whatever else holds. */
export const isLeftOut = ({ run, inAudience, contactId }: Frozen): boolean =>
  run !== null && !inAudience && run.ledgerDroppedAt === null && (run.frozen || contactId <= run.frozenThrough);

/** Whether it is in what the campaign includes, and by which clause. */
export function judgeInclude({ audience: { include }, contact, inAudience }: Place): Judgement {
  if (!include) return ['pass', 'It is sent to everyone.'];
  const names = include.map(({ segment }) => `"${segment}"`).join(', ');
  const which = include.length === 1 ? `the segment ${names}` : `any of the segments ${names}`;
  if (!contact) return ['unknown', `Whether it was in ${which} went with the contact.`];
  const member = include.find(({ belongs }) => belongs);
  if (member) return ['pass', `It is in the segment "${member.segment}"${clause(member)}.`];
  if (include.some(({ belongs }) => belongs === null)) return ['unknown', 'The segment has been deleted since.'];
  const why = include.length === 1 ? clause(include[0]!) : '';
  return inAudience
    ? ['pass', `It has left ${which} since the audience was frozen${why}.`]
    : ['stop', `It is not in ${which}${why}.`];
}

/** Whether it is in what the campaign excludes. */
export function judgeExclude({ audience: { exclude }, contact, inAudience }: Place): Judgement {
  if (exclude.length === 0) return ['pass', 'No segment is left out.'];
  if (!contact) return ['unknown', 'Whether it was to be left out went with the contact.'];
  const member = exclude.find(({ belongs }) => belongs);
  if (!member) return ['pass', 'It is in no segment that is left out.'];
  return inAudience
    ? ['pass', `It has come into the segment "${member.segment}" since the audience was frozen.`]
    : ['stop', `It is in the segment "${member.segment}", which is left out${clause(member)}.`];
}

/** Whether it is new to a campaign that is for the new ones only. */
export function judgeOnlyNew({ audience: { reached }, inAudience }: Place): Judgement {
  if (reached === null) return ['pass', 'Whom earlier runs reached does not matter.'];
  if (reached === 0) return ['pass', 'No earlier run reached it.'];
  return inAudience
    ? ['pass', `Run ${reached} reached it after the audience was frozen.`]
    : ['stop', `Run ${reached} reached it, and this campaign is for the new ones only.`];
}

const clause = ({ because }: Standing): string => (because === null ? '' : `: ${because}`);
