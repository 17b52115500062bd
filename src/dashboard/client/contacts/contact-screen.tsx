import { Button, Code, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, body } from '../api/client.js';
import { download } from '../api/download.js';
import type { Contact } from '../api/types.js';
import { Facts } from '../elements/facts.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { useBar } from '../elements/needs.js';
import { tellTrouble } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { Screen } from '../elements/screen.js';
import { ContactConsent, ConsentHistory } from './contact-consent.js';
import { ContactDeliveries } from './contact-deliveries.js';
import { contactName, contactQuery } from './contact-queries.js';

/** One contact: who it is, what it agreed to, what it was sent. */
export function ContactScreen() {
  const { contactId } = useParams({ from: '/contacts/$contactId' });
  const id = Number(contactId);
  const query = useQuery(contactQuery(id));
  // Whoever has the page speaks as the person.
  const bar = useBar('admin');
  const preferences = async () => {
    const { preferences_url } = await body(api.GET('/contacts/{id}/links', { params: { path: { id } } }));
    window.open(preferences_url, '_blank', 'noopener');
  };
  return (
    <Screen
      title={query.data ? contactName(query.data) : `Contact ${contactId}`}
      about={query.data ? (query.data.email ?? query.data.phone ?? ' ') : ' '}
      actions={
        query.data && (
          <>
            <Button {...bar} variant="default" onClick={() => void preferences().catch(tellTrouble)}>
              Preferences page
            </Button>
            <Button
              variant="default"
              onClick={() => void download(`/contacts/${id}/export`, `contact-${id}.json`).catch(tellTrouble)}
            >
              Export
            </Button>
          </>
        )
      }
    >
      <Loaded query={query} height={560}>
        {(contact) => (
          <Stack gap="lg">
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <Profile contact={contact} />
              <ContactConsent contactId={id} />
            </SimpleGrid>
            <ContactDeliveries contactId={id} />
            <ConsentHistory contactId={id} />
          </Stack>
        )}
      </Loaded>
    </Screen>
  );
}

function Profile({ contact }: { contact: Contact }) {
  const facts: [string, ReactNode][] = [
    ['Email', contact.email ?? '–'],
    ['Phone', contact.phone ?? '–'],
    ['Push', contact.push_subscriptions.length || '–'],
    ['Your identifier', contact.external_id ?? '–'],
    ['Time zone', contact.time_zone ?? '–'],
    ['Locale', contact.locale ?? '–'],
    ['Segments', contact.segments.join(', ') || '–'],
    ['Made', <Moment key="made" past at={contact.created_at} />],
    ['Changed', <Moment key="changed" past at={contact.updated_at} />],
    [
      'Attributes',
      <Code key="attributes" block className="broken" tabIndex={0}>
        {JSON.stringify(contact.attributes, null, 2)}
      </Code>,
    ],
  ];
  return (
    <Panel title="Profile" flush>
      <Facts facts={facts} />
    </Panel>
  );
}
