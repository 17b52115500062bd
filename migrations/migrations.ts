import { Access } from './0005_access.js';
import { Analytics } from './0004_analytics.js';
import { Audience } from './0001_audience.js';
import { CampaignAudience } from './0018_campaign_audience.js';
import { Campaigns } from './0002_campaigns.js';
import { Consent } from './0014_consent.js';
import { ContactSearch } from './0015_contact_search.js';
import { Corrections } from './0009_corrections.js';
import { Delivery } from './0003_delivery.js';
import { DeliveryByRun } from './0008_delivery_by_run.js';
import { DoubtfulBatches } from './0019_doubtful_batches.js';
import { FallbackAccounts } from './0023_fallback_accounts.js';
import { FrequencyMinutelyYearly } from './0007_frequency_minutely_yearly.js';
import { FrequencySecondlyHourly } from './0006_frequency_secondly_hourly.js';
import { Imports } from './0016_imports.js';
import { LedgerRetention } from './0012_ledger_retention.js';
import { Poison } from './0013_poison.js';
import { ProviderAccounts } from './0011_provider_accounts.js';
import { Providers } from './0022_providers.js';
import { RecipientTime } from './0010_recipient_time.js';
import { RuleSegments } from './0017_rule_segments.js';

/** Every migration in its order. Listed, not discovered, so that the product runs without reading its own folders. */
export const migrations = [
  { name: '0001_audience', class: Audience },
  { name: '0002_campaigns', class: Campaigns },
  { name: '0003_delivery', class: Delivery },
  { name: '0004_analytics', class: Analytics },
  { name: '0005_access', class: Access },
  { name: '0006_frequency_secondly_hourly', class: FrequencySecondlyHourly },
  { name: '0007_frequency_minutely_yearly', class: FrequencyMinutelyYearly },
  { name: '0008_delivery_by_run', class: DeliveryByRun },
  { name: '0009_corrections', class: Corrections },
  { name: '0010_recipient_time', class: RecipientTime },
  { name: '0011_provider_accounts', class: ProviderAccounts },
  { name: '0012_ledger_retention', class: LedgerRetention },
  { name: '0013_poison', class: Poison },
  { name: '0014_consent', class: Consent },
  { name: '0015_contact_search', class: ContactSearch },
  { name: '0016_imports', class: Imports },
  { name: '0017_rule_segments', class: RuleSegments },
  { name: '0018_campaign_audience', class: CampaignAudience },
  { name: '0019_doubtful_batches', class: DoubtfulBatches },
  { name: '0022_providers', class: Providers },
  { name: '0023_fallback_accounts', class: FallbackAccounts },
];
