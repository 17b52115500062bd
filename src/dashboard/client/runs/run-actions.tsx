import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Run } from '../api/types.js';
import { campaignQuery } from '../campaigns/campaign-queries.js';
import { useCampaignActions } from '../campaigns/use-campaign-actions.js';
import { download } from '../api/download.js';
import { Icon } from '../elements/icon.js';
import { useBar } from '../elements/needs.js';
import { tellTrouble } from '../elements/notices.js';

/** Stopping a run, going on with it, and taking its ledger along. */
export function RunActions({ run }: { run: Run }) {
  const { data: campaign } = useQuery(campaignQuery(run.campaign_id));
  const [actions, bar] = [useCampaignActions(), useBar('write')];
  const name = `run-${run.id}-deliveries.csv`;
  const exported = () => void download(`/runs/${run.id}/deliveries/export?format=csv`, name).catch(tellTrouble);
  return (
    <>
      {campaign && run.status === 'processing' && (
        <Button
          {...bar}
          variant="default"
          leftSection={<Icon name="pause" size={16} />}
          onClick={() => void actions.pause(campaign)}
        >
          Pause
        </Button>
      )}
      {campaign && run.status === 'paused' && (
        <Button {...bar} leftSection={<Icon name="play" size={16} />} onClick={() => void actions.resume(campaign)}>
          Resume
        </Button>
      )}
      {campaign && (run.status === 'processing' || run.status === 'paused') && (
        <Button {...bar} variant="default" onClick={() => actions.cancel(campaign)}>
          Cancel
        </Button>
      )}
      {run.ledger_dropped_at === null && (
        <Button variant="default" onClick={exported}>
          Download CSV
        </Button>
      )}
    </>
  );
}
