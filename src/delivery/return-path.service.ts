import { Inject, Injectable } from '@nestjs/common';
import { RETURN_PATH, type ReturnPath } from './channels/email/return-path.js';

/** Reads the addresses that bounces come back to. */
@Injectable()
export class ReturnPathService {
  constructor(@Inject(RETURN_PATH) private readonly returnPath: ReturnPath | null) {}

  /** Whether messages have such addresses: then no bounce comes to any other. */
  get inUse(): boolean {
    return this.returnPath !== null;
  }

  /** The delivery key of what was sent with this return path; null for an address that this installation did not make. */
  keyOf(address: string): string | null {
    const key = this.returnPath?.read(address) ?? null;
    return key && `${key.runId}.${key.contactId}.${key.mark}`;
  }
}
