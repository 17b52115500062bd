import { isUsableZone } from '../../campaigns/domain/recipient-time.js';
import { earliestAllowed, type SendHours } from '../../campaigns/domain/send-window.js';
import type { Settlement } from './settlement.js';

const MINUTE = 60_000;

/** What the hours of a run are measured by. */
export interface RunHours {
  hours: SendHours;
  /** The campaign's zone, for recipients without a usable one. */
  timeZone: string;
  /** The run's deadline: an opening after it comes too late. */
  expiresAt: Date;
}

/**
 * Tells, right before a message would be rendered, whether its recipient may be sent to now: null where so, else that
 * they wait for the next opening in their zone, which burns no try, or are skipped where that comes after the deadline.
 * One instance serves many recipients: a zone's answer holds for the minute, for hours and offsets change with minutes.
 */
export class RecipientHours {
  private readonly openings = new Map<string, Date | null>();
  private minute = 0;

  constructor(private readonly run: RunHours) {}

  check(contactId: number, zone: string | null, attempt: number, now: Date): Settlement | null {
    const opening = this.openingIn(isUsableZone(zone) ? zone : this.run.timeZone, now);
    if (opening !== null && opening <= now) return null;
    if (opening === null || opening >= this.run.expiresAt) return { kind: 'skipped', contactId, reason: 'quiet_hours' };
    const minDelayMs = opening.getTime() - now.getTime();
    return { kind: 'deferred', contactId, retry: { kind: 'retry', attempt, burn: false, minDelayMs }, opening };
  }

  private openingIn(zone: string, now: Date): Date | null {
    const minute = Math.floor(now.getTime() / MINUTE);
    if (minute !== this.minute) this.openings.clear();
    this.minute = minute;
    let opening = this.openings.get(zone);
    if (opening === undefined) {
      opening = earliestAllowed(new Date(minute * MINUTE), zone, this.run.hours);
      this.openings.set(zone, opening);
    }
    return opening;
  }
}
