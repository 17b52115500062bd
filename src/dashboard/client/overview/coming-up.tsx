import { Group, Stack, Text } from '@mantine/core';
import type { Overview } from '../api/types.js';
import { ChannelName } from '../elements/channel.js';
import { TextLink } from '../elements/links.js';
import { Moment } from '../elements/moment.js';
import { useMay } from '../elements/needs.js';
import { Panel } from '../elements/panel.js';
import { dayOf, timeOfDay } from '../elements/time.js';

type Planned = Overview['planned'][number];

const SHOWN = 12;
/** The API tells no more, of all and of each campaign: how many there are besides only the calendar knows. */
const TOLD = 40;
const TOLD_OF_EACH = 8;

/** The first run of each campaign on each day, and how many more of it there are; Infinity where nobody told. */
function opensOf(planned: Planned[]): { day: string; run: Planned; more: number }[] {
  const opens = Object.groupBy(planned, (run) => `${dayOf(new Date(run.opens_at))} ${run.campaign_id}`);
  const told = Object.groupBy(planned, (run) => run.campaign_id);
  return Object.values(opens).map((runs = []) => {
    const run = runs[0]!;
    const all = told[run.campaign_id]!;
    const cut = all.length >= TOLD_OF_EACH && runs.includes(all.at(-1)!);
    return { day: dayOf(new Date(run.opens_at)), run, more: cut ? Infinity : runs.length - 1 };
  });
}

/** What opens in the next seven days, day by day, by the clock of who looks. */
export function ComingUp({ planned }: { planned: Planned[] }) {
  const mayWrite = useMay('write');
  const opens = opensOf(planned);
  const days = Object.entries(Object.groupBy(opens.slice(0, SHOWN), ({ day }) => day));
  return (
    <Panel title="Next 7 days" aside={<TextLink to="/calendar" size="sm" children="Calendar" />}>
      {planned.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nothing is planned. Campaigns that are paused plan nothing: see the{' '}
          <TextLink to="/campaigns" search={{ status: 'paused' }} underline="always" children="paused ones" />
          {mayWrite && (
            <>
              , or <TextLink to="/campaigns/new" underline="always" children="write another" />
            </>
          )}
          .
        </Text>
      ) : (
        <Stack gap="sm">
          {days.map(([day, ofDay = []]) => (
            <div key={day}>
              <Text size="xs" c="dimmed" fw={550} mb={2}>
                {day}
              </Text>
              <Stack gap={4}>
                {ofDay.map(({ run, more }) => (
                  <PlannedRun key={run.campaign_id} run={run} more={more} />
                ))}
              </Stack>
            </div>
          ))}
          {opens.length > SHOWN && (
            <Text size="xs" c="dimmed">
              {planned.length < TOLD && opens.every(({ more }) => more < Infinity)
                ? `And ${opens.length - SHOWN} more.`
                : 'And more: see the calendar.'}
            </Text>
          )}
        </Stack>
      )}
    </Panel>
  );
}

function PlannedRun({ run: { campaign_id, campaign_name, channel, opens_at }, more }: { run: Planned; more: number }) {
  return (
    <Group gap="xs" wrap="nowrap" className="figures">
      <Text size="sm" miw={44} fw={550} style={{ whiteSpace: 'nowrap' }}>
        {timeOfDay(new Date(opens_at))}
      </Text>
      <TextLink to="/campaigns/$campaignId" params={{ campaignId: String(campaign_id) }} size="sm" flex={1} miw={0}>
        {campaign_name}
      </TextLink>
      {more > 0 && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {more === Infinity ? 'and more' : `and ${more} more`}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="div" visibleFrom="xs">
        <ChannelName channel={channel} />
      </Text>
      <Text size="xs" c="dimmed">
        <Moment at={opens_at} />
      </Text>
    </Group>
  );
}
