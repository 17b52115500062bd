import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PushSubscriptionsService } from '../audience/push-subscriptions.service.js';
import { ProviderRegistry } from './channels/provider-registry.js';

/** Tells the subscribe page with which key browsers subscribe: that of the default account, or of the first for browsers. */
@Injectable()
export class VapidPublicKey implements OnModuleInit {
  constructor(
    private readonly subscriptions: PushSubscriptionsService,
    private readonly registry: ProviderRegistry,
  ) {}

  onModuleInit(): void {
    this.subscriptions.tell(() => {
      const account = this.registry.accountsOf('push').find(({ kind }) => kind === 'web_push');
      return (account?.settings.public_key as string | undefined) ?? null;
    });
  }
}
