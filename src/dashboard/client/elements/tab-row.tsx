import { Tabs } from '@mantine/core';
import { useViewportSize } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';

/** The parts of a screen in one line. Where that is longer than the screen, the part that is shown is pushed into sight. */
export function TabRow({ shown, children }: { shown: string; children: ReactNode }) {
  const row = useRef<HTMLDivElement>(null);
  const { width } = useViewportSize();
  useEffect(() => {
    const { current: line } = row;
    const tab = line?.querySelector(`[aria-selected='true']`);
    if (!line || !tab) return;
    const [whole, part] = [line.getBoundingClientRect(), tab.getBoundingClientRect()];
    line.scrollLeft += part.left + part.width / 2 - (whole.left + whole.width / 2);
  }, [shown, width]);
  return (
    <Tabs.List ref={row} mb="lg">
      {children}
    </Tabs.List>
  );
}
