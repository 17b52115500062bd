import { ActionIcon, Button, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Campaign } from '../api/types.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink } from '../elements/links.js';
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
    <>
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
      {possible.launch(status) && (
        <Button variant={status === 'draft' ? 'filled' : 'default'} onClick={() => void actions.launch(campaign)}>
          {status === 'draft' ? 'Launch' : 'Run now'}
        </Button>
      )}
      {possible.edit(status) && (
        <ButtonLink to="/campaigns/$campaignId/edit" params={{ campaignId: String(campaign.id) }} variant="default">
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
    </>
  );
}
