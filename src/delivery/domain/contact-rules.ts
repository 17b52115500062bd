import type { Channel } from '../../audience/domain/channel.js';
import type { MessageKind } from '../../audience/domain/recipient.js';
import { isBrakeReason } from '../../campaigns/domain/brakes.js';
import type { CampaignStatus, RunStatus } from '../../campaigns/domain/campaign-status.js';
import { HELD_OUT, WAITING } from '../../campaigns/domain/variant-group.js';
import { type AudienceFacts, isLeftOut, judgeExclude, judgeInclude, judgeOnlyNew } from './audience-rules.js';
import { capInWords, type FrequencyCap } from './frequency-cap.js';
import { at, type Judgement, type Rule } from './explanation.js';
import type { Outcome } from './outcome.js';
import { sentOr } from './settlement.js';
import { judgeStanding, type Standing } from './provider-standing.js';
import { judgeDue, judgeHours, judgeZone, type TimingFacts } from './timing-rules.js';

/** What is known about one contact in one run. */
export interface ContactFacts {
  contactId: number;
  channel: Channel;
  kind: MessageKind;
  now: Date;
  campaignStatus: CampaignStatus;
  /** Null as long as none has opened. */
  run: RunFacts | null;
  /** How it stands to whom the run is for. */
  audience: AudienceFacts;
  /** The contact as it is now; null for a deleted one. */
  contact: {
    consent: string;
    /** For a transactional message: by more than an opt-out. */
    suppressed: boolean;
    hasAddress: boolean;
    timeZone: string | null;
  } | null;
  /** The caps of the channel, with how many messages of other runs count against each. */
  caps: { cap: FrequencyCap; had: number }[];
  timing: TimingFacts;
  /** How the account that the run is sent through stands. */
  standing: Standing;
  inAudience: boolean;
  /** Of a run with variants: the number of its own, or whether it waits or is held out; null for any other run. */
  group: number | null;
  /** The name of its variant. */
  variant: string | null;
  /** When it was due first, as its audience was frozen. */
  firstDueAt: Date | null;
  /**
   * The batch it waits in, or waited in last; in a doubtful one an earlier try may have reached it. No time where people are
   * to choose the variant that wins.
   */
  batch: { dueAt: Date | null; inFlight: boolean; doubtful: boolean } | null;
  /** Its end, if it came to one. */
  end: { outcome: Outcome; reason: string | null; attempts: number; at: Date } | null;
  /** The tries that did not end in `sent`, oldest first. */
  failedTries: { attempt: number; code: string; response: string | null; at: Date }[];
}

/** What is known about a run. */
export interface RunFacts {
  id: number;
  status: RunStatus;
  reason: string | null;
  frozen: boolean;
  /** Contacts up to this id are in batches already. */
  frozenThrough: number;
  expiresAt: Date;
  /** `channel/provider`; null as long as none is chosen. */
  route: string | null;
  /** When it was forgotten who was in it; null until then. */
  ledgerDroppedAt: Date | null;
}

/** Why somebody gets a message of a run, or not: in the order in which the engine asks. */
export const CONTACT_RULES: readonly Rule<ContactFacts>[] = [
  { rule: 'run', judge: ({ run, campaignStatus }) => (run ? judgeRun(run) : judgeNoRun(campaignStatus)) },
  {
    rule: 'contact',
    judge: ({ contact, contactId }) =>
      contact ? ['pass', `Contact ${contactId} is there.`] : ['stop', `There is no contact ${contactId} (any more).`],
  },
  { rule: 'segment', judge: judgeInclude },
  { rule: 'exclude', judge: judgeExclude },
  { rule: 'only_new', judge: judgeOnlyNew },
  { rule: 'audience', judge: judgeAudience },
  { rule: 'time_zone', judge: judgeZone },
  { rule: 'due', judge: judgeDue },
  { rule: 'account', judge: judgeAccount },
  { rule: 'consent', judge: judgeConsent },
  {
    rule: 'suppression',
    judge: ({ contact, channel, end }) =>
      contact?.suppressed && end?.outcome === 'sent'
        ? ['pass', `It was sent to before its address for ${channel} came on the suppression list.`]
        : contact?.suppressed
          ? ['stop', `Its address for ${channel} is on the suppression list.`]
          : ['pass', `No address of it for ${channel} is on the suppression list.`],
  },
  {
    rule: 'address',
    judge: ({ contact, channel }) =>
      !contact
        ? ['stop', 'A deleted contact has no address.']
        : contact.hasAddress
          ? ['pass', `It has an address for ${channel}.`]
          : ['stop', `It has no address for ${channel}.`],
  },
  { rule: 'frequency_cap', judge: judgeCaps },
  {
    rule: 'deadline',
    judge: ({ run, end, now }) =>
      !run
        ? ['pass', 'A deadline is set when a run opens.']
        : isIdle(run)
          ? ['pass', 'Nothing was to be sent.']
          : end || run.expiresAt > now
            ? ['pass', `The run may send until ${at(run.expiresAt)}.`]
            : ['stop', `The run was to end by ${at(run.expiresAt)}; who was not sent to by then is skipped.`],
  },
  { rule: 'hours', judge: judgeHours },
  { rule: 'attempts', judge: judgeAttempts },
  { rule: 'outcome', judge: judgeOutcome },
];

/** Whether a run stands for occurrences that nobody carried out. */
export const isIdle = ({ status }: Pick<RunFacts, 'status'>): boolean => status === 'skipped' || status === 'missed';

function judgeNoRun(status: CampaignStatus): Judgement {
  switch (status) {
    case 'draft':
      return ['stop', 'No run has opened: the campaign is a draft.'];
    case 'paused':
      return ['stop', 'No run has opened: the campaign is paused.'];
    case 'failed':
    case 'cancelled':
    case 'completed':
      return ['stop', `No run has opened, and none will: the campaign is ${status}.`];
    case 'pending':
    case 'processing':
      return ['wait', 'No run has opened yet.'];
  }
}

function judgeRun(run: RunFacts): Judgement {
  const because = run.reason ? `: ${run.reason}` : '';
  switch (run.status) {
    case 'processing':
      return ['pass', `Run ${run.id} is going.`];
    case 'completed':
      return ['pass', `Run ${run.id} is completed.`];
    case 'paused':
      return ['wait', pausedRun(run)];
    case 'cancelling':
    case 'cancelled':
      return ['stop', `Run ${run.id} was cancelled: who was not sent to by then is skipped.`];
    case 'skipped':
    case 'missed':
      return ['stop', `Run ${run.id} was ${run.status}${because}; nobody was sent to.`];
  }
}

/** A paused run in words: by a brake, by a provider that refuses our account, or by people. */
export function pausedRun({ id, reason }: RunFacts): string {
  if (reason && isBrakeReason(reason)) return `A brake paused run ${id}: ${reason}.`;
  return `Run ${id} is paused${reason ? `: ${reason}` : ''}.`;
}

function judgeAudience(facts: ContactFacts): Judgement {
  const { run, inAudience } = facts;
  if (!run) return ['wait', 'The audience is frozen when a run opens.'];
  if (isIdle(run)) return ['stop', `No audience was frozen: run ${run.id} was ${run.status}.`];
  if (run.ledgerDroppedAt) return ['unknown', forgotten(run.ledgerDroppedAt)];
  if (inAudience) return judgeGroup(`It is in the frozen audience of run ${run.id}`, facts);
  if (isLeftOut(facts)) return ['stop', `The audience of run ${run.id} was frozen without it.`];
  return ['wait', `The audience is being frozen and has come to contact ${run.frozenThrough}.`];
}

/** What the test of a run has in store for it. */
function judgeGroup(
  where: string,
  { group, variant, end }: Pick<ContactFacts, 'group' | 'variant' | 'end'>,
): Judgement {
  if (group === HELD_OUT) return ['stop', `${where}, and held out of it: it gets nothing, to compare with.`];
  if (group === WAITING) return [end ? 'pass' : 'wait', `${where}, and waits for the variant that wins.`];
  return ['pass', variant === null ? `${where}.` : `${where}, with the variant "${variant}".`];
}

function judgeAccount(facts: ContactFacts): Judgement {
  const { run, end, standing } = facts;
  if (end) return ['pass', 'It has its outcome and needs no provider.'];
  if (isLeftOut(facts)) return ['pass', 'It is not in the audience and needs no provider.'];
  if (!run?.route) return ['pass', 'Its provider is chosen when the audience is frozen.'];
  return judgeStanding(run.route, standing);
}

const forgotten = (droppedAt: Date) => `Who was sent to was kept until ${at(droppedAt)}; the totals of the run remain.`;

function judgeConsent({ contact, channel, kind, end }: ContactFacts): Judgement {
  if (!contact) return ['unknown', 'The consent of a deleted contact is not kept.'];
  if (end?.outcome === 'sent') return ['pass', 'It was sent to: its consent was looked at right before.'];
  if (contact.consent === 'subscribed') return ['pass', `It agreed to ${channel}.`];
  if (kind === 'transactional')
    return ['pass', `It is not asked for consent to ${channel}: the message is transactional.`];
  return contact.consent === 'pending'
    ? ['stop', `It has not confirmed ${channel} yet.`]
    : ['stop', `It opted out of ${channel}.`];
}

function judgeCaps({ caps, channel, end }: ContactFacts): Judgement {
  if (end?.reason === 'frequency_cap' || end?.reason === sentOr('frequency_cap'))
    return ['stop', `It had had as many messages by ${channel} as a cap allows.`];
  if (end) return ['pass', 'It has its outcome; caps were looked at before it was sent to.'];
  if (caps.length === 0) return ['pass', `There is no cap for ${channel}.`];
  const words = caps.map(({ cap, had }) => `${had} of ${capInWords(cap)}`).join(', ');
  return [caps.some(({ cap, had }) => had >= cap.most) ? 'stop' : 'pass', `It has had ${words}.`];
}

function judgeAttempts({ failedTries, end, batch }: ContactFacts): Judgement {
  const last = failedTries.at(-1);
  if (!last) return ['pass', 'No try has failed.'];
  const words = `${failedTries.length === 1 ? '1 try' : `${failedTries.length} tries`} did not end in sent; the last, at ${at(last.at)}: ${last.response ?? last.code}.`;
  if (end?.outcome === 'sent') return ['pass', words];
  if (end?.outcome === 'in_doubt') return ['unknown', words];
  if (end || !batch?.dueAt) return ['stop', words];
  return ['wait', `${words} The next is due at ${at(batch.dueAt)}.`];
}

function judgeOutcome(facts: ContactFacts): Judgement {
  const { run, end, batch, now } = facts;
  if (run?.ledgerDroppedAt) return ['unknown', forgotten(run.ledgerDroppedAt)];
  if (end) {
    const because = end.reason ? ` (${end.reason})` : '';
    const detail = `${end.outcome}${because} at ${at(end.at)}, after ${end.attempts} ${end.attempts === 1 ? 'try' : 'tries'}.`;
    return [end.outcome === 'sent' ? 'pass' : end.outcome === 'in_doubt' ? 'unknown' : 'stop', detail];
  }
  if (isLeftOut(facts)) return ['stop', 'It is not in the audience: it gets nothing.'];
  if (!batch) return ['unknown', 'It has no outcome.'];
  if (batch.inFlight) return ['wait', 'It is being sent, or its answer is awaited.'];
  if (batch.dueAt === null) return ['wait', 'It waits until somebody chooses the variant that wins.'];
  const due =
    batch.dueAt > now
      ? `It is due at ${at(batch.dueAt)}.`
      : `It has been due since ${at(batch.dueAt)} and waits for its turn.`;
  return ['wait', batch.doubtful ? `It waits for its repeat, and may have been reached already. ${due}` : due];
}
