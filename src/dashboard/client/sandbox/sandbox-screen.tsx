import { Grid, Group, NavLink, ScrollArea, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, page } from '../api/client.js';
import { freshEvery, LIVELY_MS } from '../api/query-client.js';
import type { SandboxMessage } from '../api/types.js';
import { curl } from '../elements/command.js';
import { Empty } from '../elements/empty.js';
import { Icon } from '../elements/icon.js';
import { TextLink } from '../elements/links.js';
import { Message } from '../elements/message.js';
import { Moment } from '../elements/moment.js';
import { More } from '../elements/more.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { exactly } from '../elements/time.js';
import { Trouble } from '../elements/trouble.js';

const useMessages = () =>
  useInfiniteQuery({
    queryKey: ['sandbox'],
    queryFn: ({ pageParam: cursor }) =>
      page(api.GET('/sandbox/messages', { params: { query: { limit: 50, cursor } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: freshEvery(2 * LIVELY_MS),
  });

/** What channels without a provider delivered: nothing of it left this machine. */
export function SandboxScreen() {
  const query = useMessages();
  const search = useSearch({ from: '/sandbox' });
  const messages = query.data?.pages.flatMap((part) => part.rows) ?? [];
  const shown = messages.find(({ id }) => String(id) === search.message) ?? messages[0];
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
              <ScrollArea.Autosize mah={560} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Messages' }}>
                <MessageList messages={messages} shown={shown.id} />
                <More query={query} />
              </ScrollArea.Autosize>
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

function MessageList({ messages, shown }: { messages: SandboxMessage[]; shown: number }) {
  const navigate = useNavigate({ from: '/sandbox' });
  return messages.map(({ id, channel, to, to_name, subject, body, at }) => (
    <NavLink
      key={id}
      component="button"
      active={id === shown}
      aria-current={id === shown}
      onClick={() => void navigate({ search: { message: String(id) }, replace: true, resetScroll: false })}
      leftSection={<Icon name={channel} size={16} />}
      className="line"
      label={
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Text size="sm" fw={550} truncate>
            {to_name ?? to}
          </Text>
          <Text size="xs" c={id === shown ? undefined : 'dimmed'} title={exactly(new Date(at))}>
            {new Date(at).toLocaleTimeString('en-GB')}
          </Text>
        </Group>
      }
      description={
        <Text size="xs" c={id === shown ? undefined : 'dimmed'} truncate component="span" display="block">
          {subject ?? body.slice(0, 80)}
        </Text>
      }
    />
  ));
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
          , <Moment at={at} />
          {attempt > 1 && `, at try ${attempt}`}
        </Text>
        <Message channel={message.channel} subject={null} body={message.body} format={message.format} />
      </Stack>
    </Panel>
  );
}
