import { Tabs } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { TabLink } from '../elements/links.js';
import { Screen } from '../elements/screen.js';
import { TabRow } from '../elements/tab-row.js';
import { ReplyList } from './reply-list.js';
import { ReportList } from './report-list.js';

/** What came back: reports about messages, and texts of people. */
export function ReportsScreen() {
  const { part } = useSearch({ from: '/reports' });
  const shown = part === 'replies' ? 'replies' : 'reports';
  return (
    <Screen title="Reports" about="What came back about messages: the words of providers, and of people.">
      <Tabs value={shown} keepMounted={false}>
        <TabRow shown={shown}>
          <TabLink value="reports" to="/reports" search={{}}>
            Of providers
          </TabLink>
          <TabLink value="replies" to="/reports" search={{ part: 'replies' }}>
            Of people
          </TabLink>
        </TabRow>
        <Tabs.Panel value="reports">
          <ReportList />
        </Tabs.Panel>
        <Tabs.Panel value="replies">
          <ReplyList />
        </Tabs.Panel>
      </Tabs>
    </Screen>
  );
}
