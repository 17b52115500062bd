import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Icon } from '../elements/icon.js';

/** Changes between light and dark; until it is used the system decides. */
export function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`Show it ${other}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        c="dimmed"
        size="lg"
        onClick={() => setColorScheme(other)}
        aria-label={`Show it ${other}`}
      >
        <Icon name={other} />
      </ActionIcon>
    </Tooltip>
  );
}
