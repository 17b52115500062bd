import { Injectable } from '@nestjs/common';
import { keepSecret } from '../platform/redaction.js';
import { SealedSecrets } from '../platform/sealed-secrets.js';
import { newWebhookSecret } from './webhook-signature.js';

/** The secrets of endpoints: made here, sealed for their row, opened only to sign. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly secrets: SealedSecrets) {}

  /** A new secret for an endpoint, in clear and as its row may have it. */
  make(webhookId: number): { secret: string; sealed: string } {
    const secret = newWebhookSecret();
    keepSecret(secret);
    return { secret, sealed: this.secrets.seal(secret, placeOf(webhookId)) };
  }

  /** Throws an Error where it was sealed with another SECRET_KEY. */
  open(webhookId: number, sealed: string): string {
    const secret = this.secrets.open(sealed, placeOf(webhookId));
    keepSecret(secret);
    return secret;
  }

  /** Whether it was sealed with the present SECRET_KEY. */
  opens(webhookId: number, sealed: string): boolean {
    try {
      return this.open(webhookId, sealed) !== '';
    } catch {
      return false;
    }
  }
}

const placeOf = (id: number): string => `webhook.secret:${id}`;
