import { Grid, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, page } from '../api/client.js';
import { freshEvery, LIVELY_MS } from '../api/query-client.js';
import type { SandboxMessage } from '../api/types.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { TextLink } from '../elements/links.js';
import { Message } from '../elements/message.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { Trouble } from '../elements/trouble.js';
import { MessageList } from './message-list.js';

const useMessages = () =>
  useInfiniteQuery({
    queryKey: ['sandbox'],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/sandbox/messages', { params: { query: { limit: 50, cursor } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: freshEvery(2 * LIVELY_MS),
  });

/** The message that was chosen, at first the newest. It stays when others arrive, and push it off the pages that are loaded. */
function useReading(messages: SandboxMessage[]): SandboxMessage | undefined {
  const search = useSearch({ from: '/sandbox' });
  const [read, setRead] = useState<SandboxMessage>();
  const wanted = search.message ?? String(read?.id);
  const known = read === undefined || messages.length === 0 ? messages : [...messages, read];
  const shown = known.find(({ id }) => String(id) === wanted) ?? messages[0];
  if (shown !== undefined && shown.id !== read?.id) setRead(shown);
  return shown;
}

/** What channels without a provider delivered: nothing of it left this machine. */
export function SandboxScreen() {
  const query = useMessages();
  const messages = query.data?.pages.flatMap((part) => part.rows) ?? [];
  const shown = useReading(messages);
  return (
    <Screen
      title="Sandbox inbox"
      about="Channels without a provider deliver here; nothing leaves this machine. It is forgotten when the process ends."
    >
      <Trouble error={query.error} />
      {query.isSuccess && !shown && (
        <Panel>
          <Empty icon="inbox" title="Nothing has arrived yet" command={curl('POST', '/campaigns/1/launch')}>
            Launch a campaign on a channel without a provider, and its messages come here:
          </Empty>
        </Panel>
      )}
      {shown && (
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Panel flush>
              <MessageList messages={messages} shown={shown.id}>
                <More query={query} />
              </MessageList>
            </Panel>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7 }}>
            <OpenMessage message={shown} />
          </Grid.Col>
        </Grid>
      )}
    </Screen>
  );
}

function OpenMessage({ message }: { message: SandboxMessage }) {
  const { to, to_name, at, run_id, contact_id, attempt } = message;
  const recipient = to_name === null ? to : `${to_name} (${to})`;
  return (
    <Panel title={message.subject ?? 'Message'}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          to{' '}
          {contact_id === 0 ? (
            recipient
          ) : (
            <TextLink underline="always" to="/contacts/$contactId" params={{ contactId: String(contact_id) }}>
              {recipient}
            </TextLink>
          )}{' '}
          {run_id === 0 ? (
            'as a test'
          ) : (
            <>
              in{' '}
              <TextLink underline="always" to="/runs/$runId" params={{ runId: String(run_id) }}>
                run #{run_id}
              </TextLink>
            </>
          )}
          , <Moment past at={at} />
          {attempt > 1 && `, at try ${attempt}`}
        </Text>
        <Message channel={message.channel} subject={null} body={message.body} format={message.format} />
      </Stack>
    </Panel>
  );
}
