import { Text, Tooltip } from '@mantine/core';
import { exactly, OWN_ZONE } from './time.js';
import { useFromNow } from './use-now.js';

interface Shown {
  at: string | null;
  zone?: string;
  never?: string;
  /** Whether it is known to be past, whatever the clock of this machine says. */
  past?: boolean;
}

/** An instant as people think of it, "in 3 hours"; the exact one with its zone appears on hover and on focus. */
export function Moment({ at, zone = OWN_ZONE, never = '–', past = false }: Shown) {
  const words = useFromNow(at, past);
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
