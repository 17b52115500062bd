import { Group, Stack, Text } from '@mantine/core';
import type { CampaignAnalytics, RunAnalytics } from '../api/types.js';
import { count, countedWords, rateWords, share, shareOf } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import { countedBy, sharesOf } from '../elements/shares.js';
import type { Hits } from './analyse-queries.js';

/**
 * From the audience to those who clicked; each step with its share of the one before, the last two of those sent. Whose answer was
 * lost is beside the funnel: nobody knows whether they belong to the next step.
 */
export function Funnel({ counts, hits }: { counts: CampaignAnalytics | RunAnalytics; hits: Hits }) {
  const { audience, sent, failed, in_doubt, open_base, click_base } = counts;
  const counted = countedBy(counts, hits);
  const { opened, clicked } = counted;
  const shares = sharesOf(counted);
  const answered = sent + failed;
  const doubt = in_doubt > 0 ? `, ${count(in_doubt)} in doubt` : '';
  const steps: { label: string; value: number; of: string | null; shown?: string }[] = [
    { label: 'Audience', value: audience, of: null },
    { label: 'Answered', value: answered, of: `${share(shareOf(answered, audience))} of the audience${doubt}` },
    { label: 'Sent', value: sent, of: share(shares.sent) },
    {
      label: 'Opened (estimate)',
      value: opened,
      of: rateWords(shares.opened, sent),
      shown: countedWords(opened, open_base, sent),
    },
    {
      label: 'Clicked',
      value: clicked,
      of: rateWords(shares.clicked, sent),
      shown: countedWords(clicked, click_base, sent),
    },
  ];
  return (
    <Panel title="Funnel">
      <Stack gap="sm" className="figures">
        {steps.map(({ label, value, of, shown = count(value) }) => (
          <div key={label}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{label}</Text>
              <Text size="sm" fw={600}>
                {shown}
                {of !== null && (
                  <Text span c="dimmed" fw={400}>
                    {' '}
                    · {of}
                  </Text>
                )}
              </Text>
            </Group>
            <div className="outcome-bar" aria-hidden="true">
              <span style={{ flex: `${value} 0 0`, background: 'var(--accent)' }} />
              <span style={{ flex: `${Math.max(audience - value, 0)} 0 0` }} />
            </div>
          </div>
        ))}
      </Stack>
    </Panel>
  );
}
