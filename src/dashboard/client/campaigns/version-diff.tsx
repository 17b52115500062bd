import { Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { VersionChange } from '../api/types.js';
import { wordsOfCode } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { versionDiffQuery } from './campaign-queries.js';

/** How two versions differ, field by field and line by line. */
export function VersionDiff({ campaignId, from, to }: { campaignId: number; from: number; to: number }) {
  const query = useQuery(versionDiffQuery(campaignId, from, to));
  return (
    <Panel title={`From version ${from} to version ${to}`}>
      <Loaded query={query} height={160}>
        {({ changes }) =>
          changes.length === 0 ? (
            <Text size="sm" c="dimmed" children="They say the same." />
          ) : (
            <Stack gap="md">
              {changes.map((change) => (
                <div key={change.field}>
                  <Text size="sm" fw={550} mb={4}>
                    {wordsOfCode(change.field)}
                  </Text>
                  <Code block className="diff" tabIndex={0}>
                    {linesOf(change).map((line, index) => (
                      <Line key={index} line={line} />
                    ))}
                  </Code>
                </div>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** The patch without its head, which names the versions; of what is no text both values. */
function linesOf({ patch, from, to }: VersionChange): string[] {
  if (patch !== null)
    return patch
      .split('\n')
      .slice(2)
      .filter((line) => line !== '' && !line.startsWith('\\ '));
  const lines = (sign: string, value: unknown) =>
    value === null
      ? []
      : JSON.stringify(value, null, 2)
          .split('\n')
          .map((line) => sign + line);
  return [...lines('-', from), ...lines('+', to)];
}

const KINDS: Record<string, 'del' | 'ins' | 'small'> = { '-': 'del', '+': 'ins', '@': 'small' };

function Line({ line }: { line: string }) {
  const Kind = KINDS[line.charAt(0)] ?? 'span';
  return <Kind>{line}</Kind>;
}
