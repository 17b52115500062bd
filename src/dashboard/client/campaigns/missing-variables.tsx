import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign, MissingVariable } from '../api/types.js';
import { count, countOf, share, shareOf } from '../elements/figures.js';
import { TextLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { PartBar } from '../elements/part-bar.js';
import { lackingRule } from './audience-rule.js';
import { missingVariablesQuery } from './campaign-queries.js';

/** For how many of its audience a message would have gaps, and who they are. */
export function MissingVariables({ campaign }: { campaign: Campaign }) {
  const query = useQuery(missingVariablesQuery(campaign));
  return (
    <Panel title="Gaps in the message">
      <Loaded query={query} height={90}>
        {({ contacts, exact, variables }) => (
          <Stack gap="sm" className="figures">
            <Text size="sm" c="dimmed">
              {contacts === null
                ? 'The audience is too large to look through at once.'
                : variables.length === 0
                  ? 'The message prints nothing of a contact that has no default.'
                  : `Of ${exact ? '' : 'the newest '}${countOf(contacts, 'contact')} of the audience with an address, so many would see a gap:`}
            </Text>
            {variables.map((variable) => (
              <Gap key={variable.variable} campaign={campaign} gap={variable} contacts={contacts ?? 0} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Gap(props: { campaign: Campaign; gap: MissingVariable; contacts: number }) {
  const { variable, missing } = props.gap;
  const { include, target_segment, exclude } = props.campaign;
  const rule = lackingRule(
    { include: include ?? (target_segment === null ? [] : [target_segment]), exclude },
    variable,
  );
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm" ff="monospace">
          {variable}
        </Text>
        <Text size="sm">
          {count(missing)} · {share(shareOf(missing, props.contacts))}
          {missing > 0 && rule !== null && (
            <>
              {' · '}
              <TextLink
                underline="always"
                to="/segments/new"
                search={{ rule: JSON.stringify(rule) }}
                aria-label={`Who lacks it: ${variable}`}
              >
                Who lacks it
              </TextLink>
            </>
          )}
        </Text>
      </Group>
      <PartBar part={missing} all={props.contacts} colour="var(--in-doubt)" />
    </div>
  );
}
