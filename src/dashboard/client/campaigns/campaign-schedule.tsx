import { SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign } from '../api/types.js';
import { Empty } from '../elements/empty.js';
import { Facts } from '../elements/facts.js';
import { Loaded } from '../elements/loaded.js';
import { OccurrenceList } from '../elements/occurrence-list.js';
import { Panel } from '../elements/panel.js';
import { occurrencesQuery } from './campaign-queries.js';

/** The campaign's policies as sentences. */
function factsOf(campaign: Campaign): [string, string][] {
  const window = campaign.send_window;
  return [
    ['Audience', campaign.include?.join(', ') ?? campaign.target_segment ?? 'Everyone'],
    ['Without', campaign.exclude.join(', ') || 'Nobody is left out'],
    ['Only new', campaign.only_new ? 'Yes: nobody it reached before' : 'No: everyone, each time'],
    ['Time zone', campaign.recipient_time_zone ? "Each contact's own" : campaign.time_zone],
    ['Hours of sending', window ? `${window.from} to ${window.to}, by the recipient's clock` : 'At any hour'],
    ['Missed occurrences', MISFIRE[campaign.misfire]],
    ['While a run is going', OVERLAP[campaign.overlap]],
    ['Recipients in doubt', campaign.on_doubt === 'hold' ? 'Are shown and held' : 'Are sent to again'],
  ];
}

const MISFIRE: Record<Campaign['misfire'], string> = {
  run_latest: 'The latest is still carried out, the others are recorded',
  skip: 'Are recorded and not carried out',
  run_all: 'The last ten are carried out, one after the other',
};
const OVERLAP: Record<Campaign['overlap'], string> = {
  skip: 'The next occurrence is skipped',
  queue: 'The next occurrence waits',
  allow: 'The next one starts beside it',
};

/** Who gets it and when it runs next, with the days that DST or a month's end bends. */
export function CampaignSchedule({ campaign }: { campaign: Campaign }) {
  const query = useQuery(occurrencesQuery(campaign.id));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Panel title="The next ten times">
        <Loaded query={query} height={320}>
          {(occurrences) =>
            occurrences.length > 0 ? (
              <>
                {campaign.status === 'paused' && (
                  <Text size="sm" mb="sm">
                    It is paused: none of these is sent before it is resumed.
                  </Text>
                )}
                <OccurrenceList occurrences={occurrences} zone={campaign.time_zone} />
              </>
            ) : (
              <Empty icon="calendar" title="Nothing is planned">
                Its schedule has ended. Give it another time in the editor.
              </Empty>
            )
          }
        </Loaded>
      </Panel>
      <Panel title="What it goes by" flush>
        <Facts facts={factsOf(campaign)} />
      </Panel>
    </SimpleGrid>
  );
}
