import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ContactFactsService } from '../audience/contact-facts.service.js';
import { received } from './received.queries.js';

/** Tells rules and campaigns who received what. */
@Injectable()
export class ReceivedFact implements OnModuleInit {
  constructor(private readonly facts: ContactFactsService) {}

  onModuleInit(): void {
    this.facts.tell('received', received);
  }
}
