import { Group, Stack, Text } from '@mantine/core';
import type { CampaignAnalytics, RunAnalytics } from '../api/types.js';
import { count, share, shareOf } from '../elements/figures.js';
import { Panel } from '../elements/panel.js';
import type { Hits } from './analyse-queries.js';

/** From the audience to those who clicked; each step with its share of the one that it is measured against. */
export function Funnel({ counts, hits }: { counts: CampaignAnalytics | RunAnalytics; hits: Hits }) {
  const { audience, sent } = counts;
  const [opened, clicked] =
    hits === 'human' ? [counts.opened, counts.clicked] : [counts.opened_all, counts.clicked_all];
  const steps = [
    { label: 'Audience', value: audience, of: null },
    { label: 'Sent', value: sent, of: shareOf(sent, audience) },
    { label: 'Opened (estimate)', value: opened, of: shareOf(opened, sent) },
    { label: 'Clicked', value: clicked, of: shareOf(clicked, sent) },
  ];
  return (
    <Panel title="Funnel">
      <Stack gap="sm" className="figures">
        {steps.map(({ label, value, of }) => (
          <div key={label}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{label}</Text>
              <Text size="sm" fw={600}>
                {count(value)}
                {of !== null && (
                  <Text span c="dimmed" fw={400}>
                    {' '}
                    · {share(of)}
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
