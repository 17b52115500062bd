import { Tabs } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { TabLink } from '../elements/links.js';
import { Screen } from '../elements/screen.js';
import { ReplyList } from './reply-list.js';
import { ReportList } from './report-list.js';

/** What came back: reports about messages, and texts of people. */
export function ReportsScreen() {
  const { part } = useSearch({ from: '/reports' });
  return (
    <Screen title="Reports" about="What came back about messages: the words of providers, and of people.">
      <Tabs value={part === 'replies' ? 'replies' : 'reports'} keepMounted={false}>
        <Tabs.List mb="lg">
          <TabLink value="reports" to="/reports" search={{}}>
            Of providers
          </TabLink>
          <TabLink value="replies" to="/reports" search={{ part: 'replies' }}>
            Of people
          </TabLink>
        </Tabs.List>
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
