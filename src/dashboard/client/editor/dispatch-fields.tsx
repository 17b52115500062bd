import { Select, SimpleGrid, Stack, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { providersQuery } from '../system/system-queries.js';
import { DraftLine, DraftText } from './draft-text.js';
import { errorAt, type Step } from './step.js';

const KINDS = [
  { value: 'marketing', label: 'Marketing: only to who agreed' },
  { value: 'transactional', label: 'Transactional: also to who unsubscribed' },
];

/** As what it is sent, through which account, and of an email from whom. */
export function DispatchFields(step: Step) {
  const { draft, set, errors } = step;
  const { data: accounts } = useQuery(providersQuery);
  const own = (accounts ?? []).filter(({ channel }) => channel === draft.channel);
  const usual = own.find((account) => account.default)?.name;
  const names = new Set([...own.map(({ name }) => name), draft.provider].filter((name) => name !== ''));
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label="Kind"
          allowDeselect={false}
          data={KINDS}
          value={draft.kind}
          onChange={(kind) => kind !== null && set({ kind: kind as typeof draft.kind })}
          error={errorAt(errors, 'kind')}
        />
        <Select
          label="Account"
          allowDeselect={false}
          data={[
            { value: '', label: usual === undefined ? 'The default' : `The default, now ${usual}` },
            ...[...names].map((value) => ({ value, label: value })),
          ]}
          value={draft.provider}
          onChange={(provider) => set({ provider: provider ?? '' })}
          error={errorAt(errors, 'provider')}
        />
      </SimpleGrid>
      {draft.channel === 'email' && (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <DraftLine step={step} name="sender_name" at="sender/name" label="Sender’s name" />
            <DraftLine
              step={step}
              name="sender_email"
              at="sender/email"
              label="Sender’s address"
              placeholder="As the server is set up"
            />
          </SimpleGrid>
          <DraftLine step={step} name="reply_to" label="Answers go to" placeholder="The sender" />
          {draft.kind === 'marketing' && (
            <Switch
              label="Add what is missing below the message"
              description="The link to unsubscribe and the postal address, which marketing must have."
              checked={draft.footer === 'auto'}
              onChange={(event) => set({ footer: event.currentTarget.checked ? 'auto' : 'none' })}
              error={errorAt(errors, 'footer')}
            />
          )}
          <DraftText
            step={step}
            name="headers"
            label="Further headers"
            description="One a line: a name, a colon, a value."
            placeholder="X-Campaign-Owner: growth"
            minRows={1}
          />
        </>
      )}
    </Stack>
  );
}
