import type { Campaign } from '../api/types.js';
import { Facts } from '../elements/facts.js';
import { Panel } from '../elements/panel.js';
import { lasting } from '../elements/time.js';

/** As what a campaign is sent, through which account, what is counted, and what it tries out. */
export function CampaignDispatch({ campaign }: { campaign: Campaign }) {
  return (
    <Panel title="How it is sent" flush>
      <Facts facts={[...dispatchOf(campaign), ...testOf(campaign)]} />
    </Panel>
  );
}

type Fact = [name: string, value: string];

/** The facts that there are. */
const only = (facts: (Fact | false | null)[]): Fact[] => facts.filter((fact) => fact !== false && fact !== null);

function dispatchOf({ channel, kind, provider, footer, tracking, headers, url }: Campaign): Fact[] {
  const { opens, clicks, utm } = tracking;
  const counted = opens ? (clicks ? 'Opens and clicks' : 'Opens') : clicks ? 'Clicks' : 'Neither opens nor clicks';
  const added = Object.entries(utm ?? {}).map(([name, value]) => `utm_${name}=${value}`);
  const needsFooter = channel === 'email' && kind === 'marketing';
  return only([
    ['Kind', kind === 'marketing' ? 'Marketing: only to who agreed' : 'Transactional: also to who unsubscribed'],
    ['Account', provider ?? 'The default of its channel'],
    needsFooter && ['Footer', footer === 'auto' ? 'Added where the message lacks it' : 'Only what the message has'],
    headers && ['Headers', Object.keys(headers).join(', ')],
    channel === 'push' ? ['Opens', url ?? 'Nothing'] : ['Counted', counted],
    added.length > 0 && ['Added to links', added.join(', ')],
  ]);
}

function testOf({ variants, test_share, hold_out, winner }: Campaign): Fact[] {
  if (variants === null) return [];
  const shares = variants.map(({ name, share }) => (share === null ? name : `${name} ${share} %`));
  return only([
    ['Variants', shares.join(', ')],
    ['Take part', `${test_share} %${hold_out > 0 ? `; ${hold_out} % get nothing` : ''}`],
    winner && ['Winner', winnerInWords(winner)],
  ]);
}

function winnerInWords({ by, after_minutes: after, on_undecided: undecided }: NonNullable<Campaign['winner']>): string {
  const found = by === 'hand' ? 'Chosen by you' : `By ${by}`;
  const otherwise =
    undecided === 'wait' ? 'the others wait for you' : undecided === 'leader' ? 'the one that leads' : `“${undecided}”`;
  return `${found}${after === null ? '' : `, ${lasting(after * 60)} after the last of the test is due`}; where nothing is decided, ${otherwise}`;
}
