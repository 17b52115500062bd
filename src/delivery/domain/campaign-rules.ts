import { isBrakeReason } from '../../campaigns/domain/brakes.js';
import type { CampaignStatus } from '../../campaigns/domain/campaign-status.js';
import { recipientTimeNote, wallTimeOf } from '../../campaigns/domain/recipient-time.js';
import type { OverlapPolicy } from '../../campaigns/domain/schedule.js';
import { formatTimeOfDay } from '../../campaigns/domain/wall-time.js';
import { isIdle, pausedRun, type RunFacts } from './contact-rules.js';
import { at, type Judgement, type Rule } from './explanation.js';
import { judgeStanding, type Standing } from './provider-standing.js';

/** What is known about a campaign and its present or latest run. */
export interface CampaignFacts {
  now: Date;
  campaign: {
    status: CampaignStatus;
    recurs: boolean;
    statusReason: string | null;
    overlap: OverlapPolicy;
    nextRunAt: Date | null;
    recurrence: string;
    /** Whether each recipient is due at its own wall time. */
    byClock: boolean;
  };
  run:
    | (RunFacts & {
        finished: boolean;
        audience: number;
        pending: number;
        /** When the first time zone on earth is due; null where all recipients are due at once. */
        zonesFrom: Date | null;
      })
    | null;
  /** What of the run is not done; `dueSince` is the longest due of the ready ones, `nextDueAt` the next that is not due. */
  batches: {
    leased: number;
    due: number;
    dueSince: Date | null;
    nextDueAt: Date | null;
    /** Whether that next one has been tried before; null where there is none. */
    nextIsRetry: boolean | null;
    /** Whether it waits for a variant to win, which without `nextDueAt` people decide alone; null where there is none. */
    nextIsWinner: boolean | null;
  };
  /** How the account that the run is sent through stands. */
  standing: Standing;
  /** What this process can send: `channel/provider` pairs; none where it has not the role. */
  carries: string[];
}

/** A due batch that nobody has taken for so long has nobody to take it. */
const UNTAKEN_MS = 60_000;

/** Why a campaign has not started, or does not go on: in the order in which the engine asks. */
export const CAMPAIGN_RULES: readonly Rule<CampaignFacts>[] = [
  { rule: 'status', judge: judgeStatus },
  { rule: 'schedule', judge: judgeSchedule },
  { rule: 'opening', judge: judgeOpening },
  { rule: 'overlap', judge: judgeOverlap },
  { rule: 'run', judge: judgeRun },
  { rule: 'audience', judge: judgeAudience },
  { rule: 'time_zones', judge: judgeTimeZones },
  { rule: 'deadline', judge: judgeDeadline },
  { rule: 'provider', judge: judgeProvider },
  { rule: 'account', judge: judgeAccount },
  { rule: 'sending', judge: judgeSending },
];

function judgeStatus({ campaign, run }: CampaignFacts): Judgement {
  const because = campaign.statusReason ? `: ${campaign.statusReason}` : '';
  switch (campaign.status) {
    case 'draft':
      return ['stop', 'It is a draft: launch it.'];
    case 'paused':
      if (run?.status !== 'paused' || !run.reason) return ['stop', 'It was paused by a call to pause: resume it.'];
      return isBrakeReason(run.reason)
        ? ['stop', `A brake paused it: ${run.reason}.`]
        : ['stop', `The engine paused it: ${run.reason}. Resume it when that is mended.`];
    case 'failed':
      return ['stop', `It was given up${because}. Give it another time.`];
    case 'cancelled':
      return ['stop', 'It was cancelled.'];
    case 'completed':
      return ['stop', 'It has ended: no occurrence is left.'];
    case 'pending':
    case 'processing':
      return ['pass', `It is ${campaign.status}.`];
  }
}

function judgeSchedule({ campaign: { status, recurs, nextRunAt, recurrence }, now, run }: CampaignFacts): Judgement {
  if (status === 'draft') return ['wait', 'Its time begins to count when it is launched.'];
  if (nextRunAt && nextRunAt > now) return ['wait', `It is not due until ${at(nextRunAt)} (${recurrence}).`];
  if (nextRunAt && status === 'paused' && recurs)
    return [
      'wait',
      `It was due at ${at(nextRunAt)} while it was paused: when it is resumed, what is past is left out.`,
    ];
  if (nextRunAt) return ['pass', `It has been due since ${at(nextRunAt)}.`];
  if (run && isIdle(run)) return ['pass', 'Its last occurrence was not carried out.'];
  return run ? ['pass', 'Its last occurrence has had its run.'] : ['stop', 'It has no time to run at.'];
}

function judgeOpening({ campaign: { status, statusReason, nextRunAt } }: CampaignFacts): Judgement {
  const waits = (status === 'pending' || status === 'processing') && nextRunAt !== null;
  return waits && statusReason
    ? ['wait', `It ${statusReason}. It is tried again.`]
    : ['pass', 'Nothing is in the way.'];
}

function judgeOverlap({ campaign, run, now }: CampaignFacts): Judgement {
  if (!run || run.finished || !campaign.nextRunAt) return ['pass', 'No earlier run is going that another would meet.'];
  if (campaign.overlap === 'allow') return ['pass', `Its next run may begin while run ${run.id} is going.`];
  const due = campaign.nextRunAt <= now;
  if (campaign.overlap === 'queue')
    return [due ? 'wait' : 'pass', `Its next run ${due ? 'waits' : 'would wait'} for run ${run.id} to end.`];
  return ['pass', `Should run ${run.id} still be going at ${at(campaign.nextRunAt)}, that occurrence is skipped.`];
}

function judgeRun({ run }: CampaignFacts): Judgement {
  if (!run) return ['wait', 'No run has opened yet.'];
  const because = run.reason ? `: ${run.reason}` : '';
  switch (run.status) {
    case 'processing':
      return ['pass', `Run ${run.id} is going.`];
    case 'paused':
      return ['wait', pausedRun(run)];
    case 'skipped':
    case 'missed':
      return ['stop', `Its latest occurrence was ${run.status}${because}.`];
    case 'cancelling':
    case 'cancelled':
    case 'completed':
      return ['stop', `Run ${run.id} is ${run.status}.`];
  }
}

function judgeAudience({ run }: CampaignFacts): Judgement {
  if (!run) return ['wait', 'The audience is frozen when a run opens.'];
  if (isIdle(run)) return ['pass', 'No audience was frozen for what was not carried out.'];
  if (run.frozen) return ['pass', `The audience is frozen: ${run.audience} contacts, ${run.pending} of them pending.`];
  return run.audience > 0
    ? ['pass', `The audience is being frozen, ${run.audience} contacts so far; these are sent to already.`]
    : ['wait', 'The audience is not frozen yet.'];
}

function judgeTimeZones({
  campaign,
  run,
  batches: { leased, due, nextDueAt, nextIsRetry },
  now,
}: CampaignFacts): Judgement {
  if (run && !run.finished) {
    if (!run.zonesFrom) return ['pass', 'This run is due everywhere at once.'];
    const time = formatTimeOfDay(wallTimeOf(run.zonesFrom));
    if (leased + due > 0 || nextIsRetry || !nextDueAt) return ['pass', `It is sent at ${time} in each time zone.`];
    const which = run.pending === run.audience ? 'first' : 'next';
    return [
      'wait',
      `It is sent at ${time} in each time zone; the ${which} of the audience is due at ${at(nextDueAt)}.`,
    ];
  }
  if (!campaign.byClock || !campaign.nextRunAt) return ['pass', 'No time zone is waited for.'];
  return [campaign.nextRunAt > now ? 'wait' : 'pass', `It is due ${recipientTimeNote(campaign.nextRunAt)}.`];
}

function judgeDeadline({ run, now }: CampaignFacts): Judgement {
  if (!run || run.finished) return ['pass', 'A deadline is set when a run opens.'];
  return run.expiresAt > now
    ? ['pass', `The run may send until ${at(run.expiresAt)}.`]
    : ['stop', `The run was to end by ${at(run.expiresAt)}; what is left of it is skipped.`];
}

function judgeProvider({ run, batches, carries, standing, now }: CampaignFacts): Judgement {
  if (!run || run.finished) return ['pass', 'Its provider is chosen when a run opens.'];
  if (!run.route) return ['wait', 'Its provider is chosen with the first of its audience.'];
  if (standing.state === 'off') return ['pass', `Every process knows ${run.route}.`];
  if (carries.includes(run.route)) return ['pass', `This process carries ${run.route}.`];
  if (batches.leased > 0) return ['pass', `Another process carries ${run.route}.`];
  const idle = run.status !== 'processing' || standing.state !== 'ready';
  const mine = carries.length > 0 ? `carries ${carries.join(', ')}` : 'sends nothing';
  if (!idle && batches.dueSince && now.getTime() - batches.dueSince.getTime() > UNTAKEN_MS)
    return ['stop', `No process carries ${run.route}: nobody took what is due; this one ${mine}.`];
  return ['unknown', `Only a process with ${run.route} sends this run; this one ${mine}.`];
}

function judgeAccount({ run, standing }: CampaignFacts): Judgement {
  if (!run || run.finished || !run.route) return ['pass', 'No provider is needed now.'];
  return judgeStanding(run.route, standing);
}

/** When a variant will have won. */
const winnerWords = (decidesAt: Date | null): string =>
  decidesAt ? `it is decided at ${at(decidesAt)}` : 'somebody has to choose it';

function judgeSending({
  run,
  batches: { leased, due, nextDueAt, nextIsRetry, nextIsWinner },
}: CampaignFacts): Judgement {
  if (!run) return ['wait', 'Nothing is there to send yet.'];
  if (isIdle(run)) return ['pass', 'Nothing was to be sent.'];
  if (run.finished) return ['pass', 'Everybody has an outcome.'];
  if (leased > 0) return ['pass', `${leased} batches are being sent, ${due} are due and wait for their turn.`];
  if (due > 0) return ['wait', `${due} batches are due and wait for a sender.`];
  if (nextIsWinner) return ['wait', `What is left waits for the variant that wins: ${winnerWords(nextDueAt)}.`];
  if (!nextDueAt) return ['wait', 'Nothing is ready to send.'];
  return nextIsRetry
    ? ['wait', `What is left is to be tried again; the next is due at ${at(nextDueAt)}.`]
    : ['wait', `Nobody is due now, by time zone or hours of sending; the next is at ${at(nextDueAt)}.`];
}
