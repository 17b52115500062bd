import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type PersonalDataKeeper, PersonalDataService } from '../audience/personal-data.service.js';
import { type SandboxMessage, SandboxMailbox } from './channels/sandbox/sandbox-mailbox.js';
import { hideLinks } from './domain/hidden-links.js';

/** The same message, but whoever reads it cannot act for its recipient. */
export const inertMessage = (message: SandboxMessage): SandboxMessage => ({
  ...message,
  subject: message.subject === null ? null : hideLinks(message.subject),
  body: hideLinks(message.body),
});

/**
 * What the sandbox of this process took for one person, under whatever address, tests included. That of a process which only
 * sends is out of reach: it is memory that nobody can read either, and goes with the process.
 */
@Injectable()
export class SandboxMessages implements PersonalDataKeeper, OnModuleInit {
  readonly name = 'sandbox_messages';

  constructor(
    private readonly mailbox: SandboxMailbox,
    private readonly personal: PersonalDataService,
  ) {}

  onModuleInit(): void {
    this.personal.register(this);
  }

  readonly tell = (contactId: number, addresses: readonly string[]): Promise<object[]> =>
    Promise.resolve(this.mailbox.about({ contactId, addresses }).map(inertMessage));

  readonly forget = (contactId: number, addresses: readonly string[]): Promise<void> =>
    Promise.resolve(this.mailbox.forget({ contactId, addresses }));
}
