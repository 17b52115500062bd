import { Affix, Button, Group, Paper, Text, Transition } from '@mantine/core';
import type { Campaign } from '../api/types.js';
import { countOf } from '../elements/figures.js';
import { ButtonLink } from '../elements/links.js';
import { useBar } from '../elements/needs.js';
import { MOST_COMPARED } from './campaign-queries.js';
import { CHOOSE_ALL } from './campaign-rows.js';
import { possible, useCampaignActions } from './use-campaign-actions.js';

/**
 * What can be done to all chosen campaigns at once; before them in the order of the keyboard, though it floats below. Those to
 * which it does not apply stay as they are.
 */
export function BulkActions({ campaigns, onDone }: { campaigns: Campaign[]; onDone: () => void }) {
  const actions = useCampaignActions();
  const bar = useBar('write');
  const pausable = campaigns.filter(({ status }) => possible.pause(status));
  const resumable = campaigns.filter(({ status }) => possible.resume(status));
  // The bar goes, and with it the button.
  const clear = () => {
    onDone();
    document.getElementById(CHOOSE_ALL)?.focus();
  };
  const act = (work: Promise<unknown>) => void work.then(onDone);
  return (
    <Affix withinPortal={false} position={{ bottom: 20, left: 0, right: 0 }} w="fit-content" mx="auto" maw="95vw">
      <Transition mounted={campaigns.length > 0} transition="slide-up">
        {(style) => (
          <Paper style={style} withBorder shadow="md" px="md" py="xs" role="region" aria-label="Chosen campaigns">
            <Group gap="sm">
              <Text size="sm">{countOf(campaigns.length, 'campaign')} chosen</Text>
              <Button
                size="xs"
                variant="default"
                disabled={pausable.length === 0}
                {...bar}
                onClick={() => act(actions.pause(...pausable))}
              >
                Pause {pausable.length}
              </Button>
              <Button
                size="xs"
                variant="default"
                disabled={resumable.length === 0}
                {...bar}
                onClick={() => act(actions.resume(...resumable))}
              >
                Resume {resumable.length}
              </Button>
              {campaigns.length >= 2 && campaigns.length <= MOST_COMPARED && (
                <ButtonLink
                  size="xs"
                  variant="default"
                  to="/campaigns/compare"
                  search={{ campaigns: campaigns.map(({ id }) => id).join('-') }}
                >
                  Compare
                </ButtonLink>
              )}
              <Button size="xs" variant="subtle" onClick={clear}>
                Clear
              </Button>
            </Group>
          </Paper>
        )}
      </Transition>
    </Affix>
  );
}
