import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { TabLink } from '../elements/links.js';
import { Loaded } from '../elements/loaded.js';
import { Barred, useMay } from '../elements/needs.js';
import { Screen } from '../elements/screen.js';
import { TabRow } from '../elements/tab-row.js';
import { sessionQuery } from '../session-query.js';
import { ApiKeys } from './api-keys.js';
import { AuditLog } from './audit-log.js';
import { ProviderAccounts } from './provider-accounts.js';
import { Suppressions } from './suppressions.js';
import { Users } from './users.js';
import { Webhooks } from './webhooks.js';

const PARTS: [part: string, label: string, content: ReactNode, forAdmins: boolean][] = [
  ['providers', 'Providers', <ProviderAccounts />, false],
  ['suppressions', 'Suppression list', <Suppressions />, false],
  ['webhooks', 'Webhooks', <Webhooks />, true],
  ['keys', 'API keys', <ApiKeys />, true],
  ['users', 'Users', <Users />, true],
  ['audit', 'Audit log', <AuditLog />, true],
];

/** What holds for all campaigns, and who may come in. */
export function SettingsScreen() {
  const search = useSearch({ from: '/settings' });
  const session = useQuery(sessionQuery);
  const mayAll = useMay('admin');
  const shown = PARTS.find(([part]) => part === search.part)?.[0] ?? 'providers';
  return (
    <Screen title="Settings" about="What holds for all campaigns, and who may come in.">
      <Tabs value={shown} keepMounted={false}>
        <TabRow shown={shown}>
          {PARTS.filter(([, , , forAdmins]) => mayAll || !forAdmins).map(([part, label]) => (
            <TabLink key={part} value={part} to="/settings" search={{ part: part === 'providers' ? undefined : part }}>
              {label}
            </TabLink>
          ))}
        </TabRow>
        {PARTS.map(([part, , content, forAdmins]) => (
          <Tabs.Panel key={part} value={part}>
            <Loaded query={session} height={300}>
              {({ scopes }) => (forAdmins && !scopes.includes('admin') ? <Barred scope="admin" /> : content)}
            </Loaded>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Screen>
  );
}
