import { Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import type { SandboxMessage } from '../api/types.js';
import { Icon } from '../elements/icon.js';
import { exactly } from '../elements/time.js';

interface Listed {
  messages: SandboxMessage[];
  /** The id of the message that is read. */
  shown: number;
  children: ReactNode;
}

/** Messages, the newest first, of which one is read, in a window of their own; `children` come after the last. */
export function MessageList({ messages, shown, children }: Listed) {
  const navigate = useNavigate({ from: '/sandbox' });
  const viewport = useSteady(messages[0]?.id);
  const rows = messages.map(({ id, channel, to, to_name, subject, body, at }) => (
    <NavLink
      key={id}
      data-message={id}
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
  return (
    <ScrollArea.Autosize
      mah={560}
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Messages', style: { overflowAnchor: 'none' } }}
    >
      {rows}
      {children}
    </ScrollArea.Autosize>
  );
}

/**
 * Keeps what a list shows where it is while others arrive above it. A list that stands at its top shows what arrives, until
 * that would push out of sight the message that is read.
 */
function useSteady(newest: number | undefined): RefObject<HTMLDivElement | null> {
  const viewport = useRef<HTMLDivElement>(null);
  const before = useRef<number>(undefined);
  useLayoutEffect(() => {
    const view = viewport.current;
    const row = (which: string) => view?.querySelector<HTMLElement>(which);
    const arrived = row(`[data-message="${before.current}"]`)?.offsetTop ?? 0;
    const read = row('[aria-current=true]');
    before.current = newest;
    if (!view || arrived === 0) return;
    if (view.scrollTop > 0) view.scrollTop += arrived;
    else if (read) {
      const end = read.offsetTop + read.offsetHeight;
      if (end - arrived <= view.clientHeight) view.scrollTop = end - view.clientHeight;
    }
  }, [newest]);
  return viewport;
}
