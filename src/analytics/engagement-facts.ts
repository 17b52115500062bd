import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ContactFactsService } from '../audience/contact-facts.service.js';
import { engagedWith } from './engagement-facts.queries.js';

/** Tells rules who opened and who clicked. */
@Injectable()
export class EngagementFacts implements OnModuleInit {
  constructor(private readonly facts: ContactFactsService) {}

  onModuleInit(): void {
    this.facts.tell('opened', engagedWith('opened'));
    this.facts.tell('clicked', engagedWith('clicked'));
  }
}
