import { Button, Grid, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Campaign, Forecast } from '../api/types.js';
import { forecastQuery, missingVariablesQuery } from '../campaigns/campaign-queries.js';
import { MissingVariables } from '../campaigns/missing-variables.js';
import { TestSend } from '../campaigns/test-send.js';
import { useCampaignActions } from '../campaigns/use-campaign-actions.js';
import { Figure } from '../elements/figure.js';
import { count, countOf, wordsOfCode } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { tellTrouble } from '../elements/notices.js';
import { OccurrenceList } from '../elements/occurrence-list.js';
import { Panel } from '../elements/panel.js';
import { lasting } from '../elements/time.js';
import { thingsToLookAt } from './look-at.js';
import { Warnings } from './warnings.js';

/** What to expect of a draft before it is launched. */
export function ReviewDraft({ campaign }: { campaign: Campaign }) {
  const query = useQuery(forecastQuery(campaign));
  const { launch } = useCampaignActions();
  const navigate = useNavigate();
  const params = { campaignId: String(campaign.id) };
  const start = async () => {
    await launch(campaign).catch(tellTrouble);
    await navigate({ to: '/campaigns/$campaignId', params });
  };
  return (
    <Stack gap="lg">
      <Panel title={campaign.name}>
        <Text>{campaign.recurrence_message}</Text>
        <Group mt="md">
          <Button leftSection={<Icon name="play" size={16} />} onClick={() => void start()}>
            Launch it
          </Button>
          <ButtonLink variant="default" to="/campaigns/$campaignId" params={params}>
            Keep it as a draft
          </ButtonLink>
        </Group>
      </Panel>
      <Loaded query={query} height={420}>
        {(forecast) => <ForecastPanels forecast={forecast} campaign={campaign} />}
      </Loaded>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <MissingVariables campaign={campaign} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <TestSend campaign={campaign} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function ForecastPanels({ forecast, campaign }: { forecast: Forecast; campaign: Campaign }) {
  const { audience, finish, sms, next_occurrences, warnings } = forecast;
  const { data: gaps } = useQuery(missingVariablesQuery(campaign));
  return (
    <>
      <Warnings things={thingsToLookAt(warnings, gaps)} all={gaps != null && gaps.contacts !== null} />
      <SimpleGrid cols={{ base: 1, xs: 2, md: sms ? 4 : 3 }}>
        <Figure label="Audience" value={count(audience.contacts)} note="contacts, if it ran now" />
        <Figure
          label="Would get it"
          value={count(audience.reachable)}
          note={audience.excluded
            .map(({ reason, contacts }) => `${count(contacts)} ${wordsOfCode(reason).toLowerCase()}`)
            .join(', ')}
        />
        <Figure
          label="A run takes"
          value={finish ? lasting(finish.seconds) : '–'}
          note={finish?.explanation ?? 'No run is to come.'}
        />
        {sms && (
          <Figure
            label="On the air"
            value={countOf(sms.estimated_segments, 'segment')}
            note={`${sms.fewest_segments === sms.most_segments ? '' : `${sms.fewest_segments} to `}${sms.most_segments} a message`}
          />
        )}
      </SimpleGrid>
      {next_occurrences.length > 0 && (
        <Panel title="The next times">
          <OccurrenceList occurrences={next_occurrences} zone={campaign.time_zone} />
        </Panel>
      )}
    </>
  );
}
