import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Overview } from '../api/types.js';
import { curl } from '../elements/command.js';
import { CsvButton } from '../elements/csv-button.js';
import { Empty } from '../elements/empty.js';
import { Icon } from '../elements/icon.js';
import { ButtonLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { StepChart } from '../elements/step-chart.js';
import { ProviderList } from '../system/providers.js';
import { ComingUp } from './coming-up.js';
import { FailureReasons } from './failure-reasons.js';
import { Headline } from './headline.js';
import { overviewQuery, type Period } from './overview-queries.js';
import { RunningNow } from './running-now.js';

const PERIODS: { value: Period; label: string }[] = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
];

/** What is going on, at a glance and as it goes on. */
export function OverviewScreen() {
  const search = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const period = PERIODS.find(({ value }) => value === search.period)?.value ?? '24h';
  const query = useQuery(overviewQuery(period));
  return (
    <Screen
      title="Overview"
      about="All campaigns together, deleted ones too, up to this moment"
      actions={
        <>
          <SegmentedControl
            aria-label="Period"
            data={PERIODS}
            value={period}
            onChange={(value) => void navigate({ search: { period: value === '24h' ? undefined : value } })}
          />
          <ButtonLink needs="write" to="/campaigns/new" leftSection={<Icon name="plus" size={16} />}>
            New campaign
          </ButtonLink>
        </>
      }
    >
      <Loaded query={query} height={900}>
        {(overview) =>
          isEmpty(overview) ? <FirstSteps /> : <Glance overview={overview} lookedAt={query.dataUpdatedAt} />
        }
      </Loaded>
    </Screen>
  );
}

function Glance({ overview, lookedAt }: { overview: Overview; lookedAt: number }) {
  const { period, timeline, totals, running, running_count, planned, failures, providers } = overview;
  return (
    <Stack gap="lg">
      <Headline overview={overview} />
      <Panel
        title="Deliveries"
        aside={<CsvButton path={`/overview?period=${period}&format=csv`} name={`overview-${period}.csv`} />}
      >
        <StepChart
          steps={timeline}
          totals={totals}
          bases={totals}
          // Its days are those of UTC, wherever it is looked at from.
          {...(period === '30d' ? { by: 'day', zone: 'UTC' } : { by: 'hour' })}
        />
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <RunningNow runs={running} all={running_count} lookedAt={lookedAt} />
          <FailureReasons failures={failures} failed={totals.failed} />
        </Stack>
        <Stack gap="lg">
          <ComingUp planned={planned} />
          <Panel title="Providers">
            <ProviderList providers={providers} />
          </Panel>
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

/** Whether nothing was sent lately, nothing runs and nothing is planned. */
const isEmpty = ({ totals, before, running_count, planned }: Overview): boolean =>
  running_count === 0 &&
  planned.length === 0 &&
  [totals, before].every(({ sent, failed, skipped, in_doubt }) => sent + failed + skipped + in_doubt === 0);

const FirstSteps = () => (
  <Panel>
    <Empty icon="bell" title="Nothing was sent lately, and nothing is planned" command={curl('POST', '/seed')}>
      Import contacts and write a campaign, or fill this installation with demo data:
    </Empty>
  </Panel>
);
