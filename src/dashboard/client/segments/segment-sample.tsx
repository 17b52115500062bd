import { Skeleton, Stack, Text } from '@mantine/core';
import { contactName } from '../contacts/contact-queries.js';
import { TextLink } from '../elements/links.js';
import { Panel } from '../elements/panel.js';
import { Trouble } from '../elements/trouble.js';
import { sizeWords, useRulePreview } from './live-size.js';

/** How many a rule finds now, and some of them. */
export function SegmentSample({ rule }: { rule: object | null }) {
  const { data, error, stale } = useRulePreview(rule);
  return (
    <Panel title="Who belongs now">
      {error && <Trouble error={error} />}
      {!data && rule !== null && !error && <Skeleton height={220} />}
      {!data && rule === null && (
        <Text size="sm" c="dimmed">
          Nobody to show yet.
        </Text>
      )}
      {data && (
        <Stack gap="xs" opacity={stale ? 0.4 : 1} aria-busy={stale}>
          <Text fz={28} fw={650} lh="38px" className="figures">
            {sizeWords(data)}
          </Text>
          <Text size="xs" c="dimmed" mt={-8}>
            {data.sample.length > 0 ? 'contacts, such as' : 'contacts'}
          </Text>
          {data.sample.map((contact) => (
            <div key={contact.id}>
              <TextLink to="/contacts/$contactId" params={{ contactId: String(contact.id) }} size="sm">
                {contactName(contact)}
              </TextLink>
              <Text size="xs" c="dimmed">
                {contact.email ?? contact.phone}
              </Text>
            </div>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
