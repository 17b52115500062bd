import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type PersonalDataKeeper, PersonalDataService } from '../audience/personal-data.service.js';
import { SandboxMailbox } from './channels/sandbox/sandbox-mailbox.js';

/** What the sandbox of this process took for one person, under whatever address. */
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

  readonly tell = (contactId: number): Promise<object[]> => Promise.resolve(this.mailbox.to(contactId));

  readonly forget = (contactId: number): Promise<void> => Promise.resolve(this.mailbox.forget(contactId));
}
