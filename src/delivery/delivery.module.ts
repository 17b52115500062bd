import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { Chance } from '../platform/chance.js';
import { Config } from '../platform/config.js';
import { SecretKey } from '../platform/secret-key.js';
import { AccountChecksService } from './account-checks.service.js';
import { AccountSecretsService } from './account-secrets.service.js';
import { BatchLeases } from './batch-leases.js';
import { AudienceStanding } from './audience-standing.js';
import { BatchLedger } from './batch-ledger.js';
import { BatchWorkshop } from './batch-workshop.js';
import { configuredProviders } from './channels/configured-providers.js';
import { RETURN_PATH, ReturnPath } from './channels/email/return-path.js';
import { ProviderGround } from './channels/provider-ground.js';
import { ProviderRegistry } from './channels/provider-registry.js';
import { DeadAddresses } from './dead-addresses.js';
import { SandboxMailbox } from './channels/sandbox/sandbox-mailbox.js';
import { ContactLedger } from './contact-ledger.js';
import { CorrectionsController } from './corrections.controller.js';
import { CorrectionsService } from './corrections.service.js';
import { DeliveriesExportController } from './deliveries-export.controller.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DeliveryEngine, DeliveryService } from './delivery.service.js';
import { InertTrackingService } from './inert-tracking.service.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { NamedAccount } from './named-account.js';
import { PreviewController } from './preview.controller.js';
import { PreviewService } from './preview.service.js';
import { ProviderGate } from './provider-gate.js';
import { ProviderKeeper } from './provider-keeper.js';
import { ProviderReportService } from './provider-report.service.js';
import { ProviderTestService } from './provider-test.service.js';
import { ProvidersController } from './providers.controller.js';
import { ProvidersService } from './providers.service.js';
import { ReceivedFact } from './received-fact.js';
import { RecordQueue } from './record-queue.js';
import { RenderingService } from './rendering.service.js';
import { RenderPool } from './rendering/render-pool.js';
import { RunBrakes } from './run-brakes.js';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceService } from './evidence.service.js';
import { EngagedService } from './engaged.service.js';
import { ExplanationController } from './explanation.controller.js';
import { ExplanationService, ExplanationSources } from './explanation.service.js';
import { OptInController } from './opt-in.controller.js';
import { OptInService } from './opt-in.service.js';
import { ReconciliationService } from './reconciliation.service.js';
import { ReturnPathService } from './return-path.service.js';
import { RunAudienceController } from './run-audience.controller.js';
import { RunAudienceService } from './run-audience.service.js';
import { RunCloser } from './run-closer.js';
import { RecipientLinks } from './recipient-links.js';
import { SandboxMessages } from './sandbox-messages.js';
import { RunContents } from './run-contents.js';
import { RunTracking } from './run-tracking.js';
import { RunsController } from './runs.controller.js';
import { RunReportService } from './run-report.service.js';
import { SandboxController } from './sandbox.controller.js';
import { Sender } from './sender.js';
import { SendingLimitsService } from './sending-limits.service.js';
import { SendingRules } from './sending-rules.js';
import { VapidKeysService } from './vapid-keys.service.js';
import { VapidPublicKey } from './vapid-public-key.js';
import { SingleSender } from './single-sender.js';
import { StoppedRuns } from './stopped-runs.js';
import { TestAllowance } from './test-allowance.js';
import { TestSendController } from './test-send.controller.js';
import { TestSendService } from './test-send.service.js';
import { VariantReportService } from './variant-report.service.js';
import { WinnerController } from './winner.controller.js';
import { WinnerService } from './winner.service.js';

/** How messages leave: batches claimed, rendered, sent through a channel's provider, recorded, retried, recovered. */
@Module({
  imports: [AudienceModule, CampaignsModule],
  controllers: [
    CorrectionsController,
    DeliveriesExportController,
    EvidenceController,
    ExplanationController,
    OptInController,
    PreviewController,
    ProvidersController,
    RunAudienceController,
    RunsController,
    SandboxController,
    TestSendController,
    WinnerController,
  ],
  providers: [
    AccountChecksService,
    AccountSecretsService,
    BatchLeases,
    AudienceStanding,
    BatchLedger,
    BatchWorkshop,
    ContactLedger,
    CorrectionsService,
    DeadAddresses,
    DeliveryEngine,
    DeliveryMetrics,
    DeliveryService,
    InertTrackingService,
    LedgerKeeper,
    NamedAccount,
    ProviderGate,
    ProviderGround,
    ProviderKeeper,
    ProviderReportService,
    ProviderTestService,
    ProvidersService,
    ReceivedFact,
    RecordQueue,
    RenderPool,
    RunBrakes,
    EvidenceService,
    ExplanationService,
    ExplanationSources,
    OptInService,
    PreviewService,
    ReconciliationService,
    RenderingService,
    ReturnPathService,
    RunAudienceService,
    RunCloser,
    RecipientLinks,
    SandboxMessages,
    RunContents,
    RunReportService,
    RunTracking,
    { provide: SandboxMailbox, useFactory: (chance: Chance) => new SandboxMailbox(chance.mark()), inject: [Chance] },
    Sender,
    SendingLimitsService,
    SendingRules,
    VapidKeysService,
    VapidPublicKey,
    SingleSender,
    StoppedRuns,
    TestAllowance,
    TestSendService,
    EngagedService,
    VariantReportService,
    WinnerService,
    {
      provide: RETURN_PATH,
      useFactory: ({ BOUNCE_DOMAIN: domain }: Config, secret: SecretKey) =>
        domain === undefined ? null : new ReturnPath(domain, () => secret.for('return path')),
      inject: [Config, SecretKey],
    },
    {
      provide: ProviderRegistry,
      useFactory: configuredProviders,
      inject: [Config, ProviderGround],
    },
  ],
  exports: [
    AccountChecksService,
    AccountSecretsService,
    DeliveryService,
    EvidenceService,
    InertTrackingService,
    ProviderReportService,
    ReconciliationService,
    RenderingService,
    ReturnPathService,
    RunReportService,
    SendingLimitsService,
    EngagedService,
    VariantReportService,
    WinnerService,
  ],
})
export class DeliveryModule {}
