import { Text, Tooltip } from '@mantine/core';
import { exactly, OWN_ZONE } from './time.js';
import { useFromNow } from './use-now.js';

/** An instant as people think of it, "in 3 hours"; the exact one with its zone appears on hover and on focus. */
export function Moment({ at, zone = OWN_ZONE, never = '–' }: { at: string | null; zone?: string; never?: string }) {
  const words = useFromNow(at);
  if (at === null)
    return (
      <Text span inherit c="dimmed">
        {never}
      </Text>
    );
  return (
    <Tooltip label={exactly(new Date(at), zone)}>
      <time dateTime={at} tabIndex={0}>
        {words}
      </time>
    </Tooltip>
  );
}
