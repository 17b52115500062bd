import type { Campaign } from '../api/types.js';
import { Panel } from '../elements/panel.js';
import { Preview } from '../editor/preview.js';

/** What a campaign says, as an example contact gets it. */
export function CampaignContent({ campaign }: { campaign: Campaign }) {
  return (
    <Panel title="As a contact gets it">
      <Preview content={campaign} segment={campaign.target_segment ?? campaign.include?.[0] ?? null} />
    </Panel>
  );
}
