import { Text, Tooltip } from '@mantine/core';
import { exactly, fromNow, OWN_ZONE } from './time.js';
import { useNow } from './use-now.js';

/** An instant as people think of it, "in 3 hours"; the exact one with its zone appears on hover and on focus. */
export function Moment({ at, zone = OWN_ZONE, never = '–' }: { at: string | null; zone?: string; never?: string }) {
  const now = useNow();
  if (at === null) return <Text span inherit c="dimmed" children={never} />;
  const instant = new Date(at);
  return (
    <Tooltip label={exactly(instant, zone)}>
      <time dateTime={at} tabIndex={0}>
        {fromNow(instant, now)}
      </time>
    </Tooltip>
  );
}
