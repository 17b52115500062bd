import { Checkbox, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign, CampaignAnalytics } from '../api/types.js';
import { ChannelName } from '../elements/channel.js';
import { count, rateWords } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { LongRows } from '../elements/long-rows.js';
import { Moment } from '../elements/moment.js';
import { OutcomeBar } from '../elements/outcome-bar.js';
import { sharesOf } from '../elements/shares.js';
import { GoingDot } from '../elements/status.js';
import { analyticsQuery } from './campaign-queries.js';

/** The id of the box that chooses all of them. */
export const CHOOSE_ALL = 'choose-all';

const COLUMNS: [string, string][] = [
  ['Campaign', '28%'],
  ['Status', '8rem'],
  ['Channel', '6rem'],
  ['Next', '8rem'],
  ['Last run', '8rem'],
  ['All outcomes', '7.5rem'],
  ['Clicked', '7rem'],
];

interface Selection {
  campaigns: Campaign[];
  selected: ReadonlySet<number>;
  onSelect: (selected: ReadonlySet<number>) => void;
}

/** Campaigns one below the other; those that are chosen can be paused and resumed together. */
export function CampaignRows({ campaigns, selected, onSelect }: Selection) {
  const { data: analytics } = useQuery(analyticsQuery);
  const chosen = campaigns.filter(({ id }) => selected.has(id)).length;
  const toggle = (id: number) =>
    onSelect(new Set(selected.has(id) ? [...selected].filter((other) => other !== id) : [...selected, id]));
  const everyone = (
    <Checkbox
      id={CHOOSE_ALL}
      aria-label="Choose all"
      checked={chosen > 0 && chosen === campaigns.length}
      indeterminate={chosen > 0 && chosen < campaigns.length}
      onChange={() => onSelect(new Set(chosen === 0 ? campaigns.map(({ id }) => id) : []))}
    />
  );
  return (
    <LongRows
      label="Campaigns"
      narrow="two"
      columns={[[everyone, '3rem'], ...COLUMNS]}
      rows={campaigns}
      keyOf={({ id }) => id}
      cells={(campaign) => (
        <CampaignCells
          campaign={campaign}
          analytics={analytics?.get(campaign.id)}
          selected={selected.has(campaign.id)}
          onToggle={() => toggle(campaign.id)}
        />
      )}
    />
  );
}

function CampaignCells(props: {
  campaign: Campaign;
  analytics: CampaignAnalytics | undefined;
  selected: boolean;
  onToggle: () => void;
}) {
  const { campaign, analytics, selected, onToggle } = props;
  const { pending = 0, awaiting_winner = 0, sent = 0, failed = 0 } = analytics ?? {};
  const status = <GoingDot run={{ status: campaign.status, pending, awaiting_winner }} />;
  // What is paused has a next time in its schedule, at which nothing is sent.
  const nextAt = campaign.status === 'paused' ? null : campaign.next_run_at;
  const next = <Moment at={nextAt} zone={campaign.time_zone} />;
  const last = <Moment past at={campaign.last_run_at} zone={campaign.time_zone} never="Never" />;
  const outcomes = analytics && analytics.audience > 0 && <OutcomeBar counts={analytics} />;
  const clicked = rateWords(analytics && sharesOf(analytics).clicked, sent);
  return (
    <>
      <Table.Td>
        <Checkbox aria-label={`Choose ${campaign.name}`} checked={selected} onChange={onToggle} />
      </Table.Td>
      <Table.Td>
        <TextLink to="/campaigns/$campaignId" params={{ campaignId: String(campaign.id) }} fw={550}>
          {campaign.name}
        </TextLink>
        <Text size="xs" c="dimmed">
          {campaign.recurrence_message}
        </Text>
        <Text size="xs" component="div" hiddenFrom="sm">
          {status}
          {nextAt !== null && <> · next {next}</>}
          {campaign.last_run_at !== null && <> · last {last}</>}
          {outcomes}
          {outcomes && `${count(sent)} sent · ${count(failed)} failed · clicked ${clicked}`}
        </Text>
      </Table.Td>
      <Table.Td>{status}</Table.Td>
      <Table.Td>
        <ChannelName channel={campaign.channel} />
      </Table.Td>
      <Table.Td>{next}</Table.Td>
      <Table.Td>{last}</Table.Td>
      <Table.Td>{outcomes || '–'}</Table.Td>
      <Table.Td ta="right">{clicked}</Table.Td>
    </>
  );
}
