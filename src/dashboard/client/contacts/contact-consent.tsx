import { SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Channel, Consent } from '../api/types.js';
import { ChannelName } from '../elements/channel.js';
import { wordsOfCode } from '../elements/figures.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { useBar } from '../elements/needs.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { Rows } from '../elements/rows.js';
import { offerUndo } from '../elements/undo.js';
import { consentHistoryQuery, consentQuery } from './contact-queries.js';

const CHOICES = [
  { value: 'subscribed', label: 'Subscribed' },
  { value: 'unsubscribed', label: 'Unsubscribed' },
];

/** What a contact agreed to on each channel, and who said so. */
export function ContactConsent({ contactId }: { contactId: number }) {
  const query = useQuery(consentQuery(contactId));
  const queries = useQueryClient();
  const state = async (channel: Channel, status: Consent['status']) => {
    const consent = { [channel]: status, source: 'dashboard' };
    await api.PATCH('/contacts/{id}', { params: { path: { id: contactId } }, body: { consent } });
    await queries.invalidateQueries({ queryKey: ['contacts'] });
  };
  const bar = useBar('write');
  const change = useMutation({
    mutationFn: ({ channel, status }: { channel: Channel; before: Consent['status']; status: Consent['status'] }) =>
      state(channel, status),
    onSuccess: (_, { channel, status, before }) =>
      offerUndo(`${wordsOfCode(channel)}: ${status}.`, () => state(channel, before)),
    onError: tellTrouble,
  });
  return (
    <Panel title="Consent">
      <Loaded query={query} height={260}>
        {(consents) => (
          <Stack>
            {consents.map(({ channel, status, suppressed, source, actor, at }) => (
              <div key={channel}>
                <Text size="sm" fw={550} component="div" mb={4}>
                  <ChannelName channel={channel} />
                  {suppressed && (
                    <Text span size="sm" c="var(--mantine-color-error)">
                      {' '}
                      · the address is suppressed: nothing is sent
                    </Text>
                  )}
                </Text>
                <SegmentedControl
                  size="xs"
                  aria-label={`Consent for ${channel}`}
                  disabled={change.isPending}
                  {...bar}
                  data={status === 'pending' ? [...CHOICES, { value: 'pending', label: 'Not confirmed' }] : CHOICES}
                  value={status}
                  onChange={(value) => change.mutate({ channel, before: status, status: value as Consent['status'] })}
                />
                <Text size="xs" c="dimmed" mt={4}>
                  {at === null ? (
                    'As given when the contact was made.'
                  ) : (
                    <>
                      {[actor, source].filter(Boolean).join(', ')}, <Moment past at={at} />
                    </>
                  )}
                </Text>
              </div>
            ))}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

/** Everything that was said about consent. */
export function ConsentHistory({ contactId }: { contactId: number }) {
  const query = useQuery(consentHistoryQuery(contactId));
  return (
    <Panel title="History of consent" flush>
      <Loaded query={query} height={80}>
        {(changes) =>
          changes.length === 0 ? (
            <Text c="dimmed" size="sm" p="md">
              Nothing yet.
            </Text>
          ) : (
            <Rows
              label="History of consent"
              narrow="stack"
              columns={['When', 'Channel', 'Status', 'By', 'Where', 'Wording']}
            >
              {changes.map(({ id, at, channel, status, actor, source, text_version }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Moment past at={at} />
                  </Table.Td>
                  <Table.Td>
                    <ChannelName channel={channel} />
                  </Table.Td>
                  <Table.Td>{wordsOfCode(status)}</Table.Td>
                  <Table.Td>{actor ?? '–'}</Table.Td>
                  <Table.Td>{source ?? '–'}</Table.Td>
                  <Table.Td>{text_version ?? '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Rows>
          )
        }
      </Loaded>
    </Panel>
  );
}
