import type { components } from './schema.js';

type Schemas = components['schemas'];

export type Campaign = Schemas['CampaignResponse'];
export type NewCampaign = Schemas['CreateCampaign'];
export type CampaignStatus = Campaign['status'];
export type CampaignAnalytics = Schemas['CampaignAnalytics'];
export type CampaignAnalyticsDetail = Schemas['CampaignAnalyticsDetail'];
export type RunAnalytics = Schemas['RunAnalytics'];
export type Run = Schemas['RunResponse'];
export type RunStatus = Run['status'];
export type Delivery = Schemas['DeliveryResponse'];
export type Outcome = Delivery['outcome'];
export type Attempt = Schemas['AttemptResponse'];
export type Explanation = Schemas['ExplanationResponse'];
export type Contact = Schemas['ContactResponse'];
export type Consent = Schemas['ChannelConsent'];
export type Segment = Schemas['SegmentResponse'];
export type SegmentPreview = Schemas['PreviewResponse'];
export type Import = Schemas['ImportResponse'];
export type SandboxMessage = Schemas['SandboxMessageResponse'];
export type Provider = Schemas['ProviderResponse'];
export type Suppression = Schemas['SuppressionResponse'];
export type Forecast = Schemas['ForecastResponse'];
export type LintWarning = Schemas['LintWarningResponse'];
export type Problem = Schemas['ProblemResponse'];
export type Channel = Campaign['channel'];
export type Counts = Schemas['RunCounts'];
