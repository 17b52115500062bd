import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign } from '../api/types.js';
import { count, countOf } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { QuestionButton } from '../elements/question.js';
import { exactly } from '../elements/time.js';
import { forecastQuery } from './campaign-queries.js';
import { useCampaignActions } from './use-campaign-actions.js';

/** Puts a draft onto its schedule, or runs a campaign now; asks first, for what is sent is sent. */
export function LaunchButton({ campaign }: { campaign: Campaign }) {
  const { launch } = useCampaignActions();
  const { name, status } = campaign;
  const draft = status === 'draft';
  return (
    <QuestionButton
      variant={draft ? 'filled' : 'default'}
      question={draft ? `Launch “${name}”?` : `Run “${name}” now?`}
      about={<Consequence campaign={campaign} />}
      verb={draft ? 'Launch it' : 'Send it now'}
      act={() => launch(campaign)}
    >
      {draft ? 'Launch' : 'Run now'}
    </QuestionButton>
  );
}

/** To how many it would go, and when. */
function Consequence({ campaign }: { campaign: Campaign }) {
  const { status, next_run_at, time_zone, recurrence_message } = campaign;
  const query = useQuery({ ...forecastQuery(campaign), staleTime: 0 });
  const due = next_run_at === null ? null : exactly(new Date(next_run_at), time_zone);
  return (
    <>
      <Loaded query={query} height={24}>
        {({ audience }) => (
          <Text size="sm" fw={550}>
            {countOf(audience.contacts, 'contact')}, of whom {count(audience.reachable)} can be reached now.
          </Text>
        )}
      </Loaded>
      {status === 'draft'
        ? `${recurrence_message}. What is due already is sent at once.`
        : `It is sent at once, and not only when it is due${due === null ? '' : `: ${due}`}.`}
    </>
  );
}
