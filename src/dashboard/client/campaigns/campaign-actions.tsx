import { ActionIcon, Button, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Campaign } from '../api/types.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink } from '../elements/links.js';
import { Needs } from '../elements/needs.js';
import { LaunchButton } from './launch-button.js';
import { possible, useCampaignActions } from './use-campaign-actions.js';

/** What can be done with a campaign as it stands. */
export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const actions = useCampaignActions();
  const navigate = useNavigate();
  const { status } = campaign;
  const remove = () => {
    actions.remove(campaign);
    void navigate({ to: '/campaigns' });
  };
  return (
    <Needs scope="write">
      {possible.pause(status) && (
        <Button
          variant="default"
          leftSection={<Icon name="pause" size={16} />}
          onClick={() => void actions.pause(campaign)}
        >
          Pause
        </Button>
      )}
      {possible.resume(status) && (
        <Button leftSection={<Icon name="play" size={16} />} onClick={() => void actions.resume(campaign)}>
          Resume
        </Button>
      )}
      {possible.launch(status) && <LaunchButton campaign={campaign} />}
      {possible.edit(status) && (
        <ButtonLink
          needs="write"
          to="/campaigns/$campaignId/edit"
          params={{ campaignId: String(campaign.id) }}
          variant="default"
        >
          Edit
        </ButtonLink>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More">
            …
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={!possible.cancel(status)} onClick={() => actions.cancel(campaign)}>
            Cancel the campaign
          </Menu.Item>
          <Menu.Item color="var(--mantine-color-error)" disabled={status === 'processing'} onClick={remove}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Needs>
  );
}
