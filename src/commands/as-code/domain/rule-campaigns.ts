import { pointTo } from '../../../audience/domain/rule-values.js';
import { FACT_NAMES } from '../../../audience/domain/segment-rule.js';

/** Where a rule names a campaign, by its name in files and by its id elsewhere. */
export interface NamedCampaign {
  campaign: unknown;
  pointer: string;
}

/** The campaigns that a rule asks about, from left to right. It need not be a rule that is possible. */
export function campaignsIn(rule: unknown, pointer = '/rule'): NamedCampaign[] {
  const found: NamedCampaign[] = [];
  renameCampaigns(
    rule,
    (campaign, at) => {
      found.push({ campaign, pointer: at });
      return campaign;
    },
    pointer,
  );
  return found;
}

/** The same rule with its campaigns called otherwise; anything else stays as it is. */
export function renameCampaigns(
  rule: unknown,
  rename: (campaign: unknown, pointer: string) => unknown,
  pointer = '/rule',
): unknown {
  if (Array.isArray(rule)) return rule.map((part, index) => renameCampaigns(part, rename, `${pointer}/${index}`));
  if (typeof rule !== 'object' || rule === null) return rule;
  const renamed = Object.entries(rule).map(([name, part]: [string, unknown]) => {
    const at = pointTo(pointer, name);
    const isFact = FACT_NAMES.some((fact) => fact === name) && typeof part === 'object' && part !== null;
    if (!isFact || !('campaign' in part)) return [name, renameCampaigns(part, rename, at)];
    return [name, { ...part, campaign: rename(part.campaign, `${at}/campaign`) }];
  });
  return Object.fromEntries(renamed) as unknown;
}

/** The segments that a rule names, from left to right. It need not be a rule that is possible. */
export function segmentsNamedIn(rule: unknown, pointer = '/rule'): { segment: string; pointer: string }[] {
  if (typeof rule !== 'object' || rule === null) return [];
  return Object.entries(rule).flatMap(([name, part]: [string, unknown]) => {
    const at = pointTo(pointer, name);
    return name === 'segment' && typeof part === 'string'
      ? [{ segment: part, pointer: at }]
      : segmentsNamedIn(part, at);
  });
}
