import { Group, Stack, Text } from '@mantine/core';
import type { Overview } from '../api/types.js';
import { count, share, shareOf, wordsOfCode } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Panel } from '../elements/panel.js';
import { PartBar } from '../elements/part-bar.js';

const SHOWN = 8;

/** Why recipients failed in the period, the most frequent reason first. */
export function FailureReasons({ failures, failed }: { failures: Overview['failures']; failed: number }) {
  return (
    <Panel
      title="Failures by reason"
      aside={
        failed > 0 && (
          <TextLink to="/campaigns" search={{ outcome: 'failed' }} size="sm" children="Campaigns with failures" />
        )
      }
    >
      {failures.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nobody failed.
        </Text>
      ) : (
        <Stack gap="xs" className="figures">
          {failures.slice(0, SHOWN).map((failure) => (
            <div key={failure.reason}>
              <Group justify="space-between" gap="xs">
                <Text size="sm">{wordsOfCode(failure.reason)}</Text>
                <Text size="sm" c="dimmed">
                  {count(failure.count)} · {share(shareOf(failure.count, failed))}
                </Text>
              </Group>
              <PartBar part={failure.count} all={failed} colour="var(--failed)" />
            </div>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
