import { ApiKey, EndedSecret } from './access/api-key.entity.js';
import { AuditEntry, AuditHead } from './access/audit-entry.entity.js';
import { SignInLink, User, UserSession } from './access/user.entity.js';
import { Engagement, EngagementHour, EngagementTotal } from './analytics/engagement.entity.js';
import { Hit, HitTotal, HitWriter } from './analytics/hit.entity.js';
import { VariantReport } from './analytics/variant-report.entity.js';
import { ConsentChange, Departure } from './audience/consent.entity.js';
import { Contact } from './audience/contact.entity.js';
import { Import, ImportChunk, ImportRejection, ImportTrial } from './audience/imports/import.entity.js';
import { OptInAsk } from './audience/opt-in.entity.js';
import { Segment, SegmentMember, SegmentReference } from './audience/segment.entity.js';
import { Suppression } from './audience/suppression.entity.js';
import { Campaign, CampaignSegment } from './campaigns/campaign.entity.js';
import { Link } from './campaigns/link.entity.js';
import { CampaignVersion } from './campaigns/campaign-version.entity.js';
import { Run } from './campaigns/run.entity.js';
import { Delivery, DeliveryAttempt } from './delivery/delivery.entity.js';
import { OutcomeHour, RunMinute } from './delivery/outcome-counts.entity.js';
import { ProviderAccount } from './delivery/provider-account.entity.js';
import { StoredProvider } from './delivery/stored-provider.entity.js';
import { TestQuota } from './delivery/test-quota.entity.js';
import { RunBatch } from './delivery/run-batch.entity.js';
import { RunWinner } from './delivery/run-winner.entity.js';
import { Reply } from './inbound/reply.entity.js';
import { Report } from './inbound/report.entity.js';
import { IdempotencyKey } from './platform/idempotency-key.entity.js';
import { InstallationSecret } from './platform/installation-secret.entity.js';
import { WebhookDelivery } from './webhooks/webhook-delivery.entity.js';
import { Webhook } from './webhooks/webhook.entity.js';

/** Every table of the product; each is written only by the module that defines it. */
export const entities = [
  InstallationSecret,
  IdempotencyKey,
  ApiKey,
  EndedSecret,
  AuditEntry,
  AuditHead,
  User,
  UserSession,
  SignInLink,
  Contact,
  Segment,
  SegmentMember,
  SegmentReference,
  Import,
  ImportChunk,
  ImportRejection,
  ImportTrial,
  Suppression,
  ConsentChange,
  Departure,
  OptInAsk,
  Campaign,
  CampaignSegment,
  CampaignVersion,
  Run,
  Link,
  RunBatch,
  RunWinner,
  StoredProvider,
  ProviderAccount,
  Delivery,
  DeliveryAttempt,
  TestQuota,
  RunMinute,
  OutcomeHour,
  Report,
  Reply,
  Engagement,
  EngagementTotal,
  EngagementHour,
  Hit,
  HitTotal,
  HitWriter,
  VariantReport,
  Webhook,
  WebhookDelivery,
];
