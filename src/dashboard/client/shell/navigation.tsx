import { ScrollArea, Stack } from '@mantine/core';
import { Icon, type IconName } from '../elements/icon.js';
import { NavigationLink } from '../elements/links.js';

const ENTRIES = [
  ['/', 'Overview', 'overview'],
  ['/campaigns', 'Campaigns', 'campaign'],
  ['/calendar', 'Calendar', 'calendar'],
  ['/contacts', 'Contacts', 'contact'],
  ['/segments', 'Segments', 'segment'],
  ['/imports', 'Imports', 'import'],
  ['/reports', 'Reports', 'report'],
  ['/sandbox', 'Sandbox inbox', 'inbox'],
  ['/system', 'System', 'system'],
  ['/settings', 'Settings', 'settings'],
] as const satisfies [string, string, IconName][];

/** Where one can go. */
export function Navigation({ onGo }: { onGo: () => void }) {
  return (
    <ScrollArea p="xs">
      <Stack gap={2}>
        {ENTRIES.map(([to, label, icon]) => (
          <NavigationLink
            key={to}
            to={to}
            label={label}
            leftSection={<Icon name={icon} />}
            activeOptions={{ exact: to === '/' }}
            activeProps={{ active: true, 'aria-current': 'page' }}
            variant="light"
            onClick={onGo}
            style={{ borderRadius: 'var(--mantine-radius-md)' }}
          />
        ))}
      </Stack>
    </ScrollArea>
  );
}
