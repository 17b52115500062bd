import { Alert, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { Campaign, Contact } from '../api/types.js';
import { Icon } from '../elements/icon.js';
import { Message } from '../elements/message.js';
import { render } from './rendering.js';

const NOBODY: Partial<Contact> = { attributes: {} };

const nameOf = ({ first_name, last_name, email, phone, id }: Contact): string =>
  [first_name, last_name].filter(Boolean).join(' ') || (email ?? phone ?? `Contact ${id}`);

/** Some contacts of a segment to look at a message with; of everyone where none is named. */
const useExamples = (segment: string | null) =>
  useQuery({
    queryKey: ['contacts', 'examples', segment],
    queryFn: () =>
      body(api.GET('/contacts', { params: { query: { limit: 10, ...(segment === null ? {} : { segment }) } } })),
    staleTime: 60_000,
  });

type Previewed = Pick<Campaign, 'name' | 'channel' | 'message' | 'format'> & { subject: string | null };

/** A message as one of its contacts would get it, rendered by the engine that sends, while it is being written. */
export function Preview({ content, segment }: { content: Previewed; segment: string | null }) {
  const { data: contacts } = useExamples(segment);
  const [chosen, choose] = useState<string | null>(null);
  const contact = contacts?.find(({ id }) => String(id) === chosen) ?? contacts?.[0];
  const { channel, message, format } = content;
  const subject = channel === 'sms' ? null : content.subject || null;
  // MJML becomes HTML on the server; until then its source is shown, filled.
  const shownFormat = format === 'html' ? 'html' : 'text';
  const rendering = render({ subject, message, format: shownFormat }, contact ?? NOBODY);
  return (
    <Stack gap="sm">
      <Select
        label="As seen by"
        size="xs"
        allowDeselect={false}
        placeholder="There are no contacts yet"
        disabled={!contacts?.length}
        value={contact ? String(contact.id) : null}
        onChange={choose}
        data={(contacts ?? []).map((one) => ({ value: String(one.id), label: nameOf(one) }))}
      />
      {message.trim() === '' ? (
        <Text size="sm" c="dimmed" mih="6em">
          Write a message to see it here.
        </Text>
      ) : 'fault' in rendering ? (
        <Alert color="red" icon={<Icon name="warning" />} title="The template can not be read">
          {rendering.fault}
        </Alert>
      ) : (
        <>
          <Message
            channel={channel}
            subject={rendering.subject ?? (channel === 'email' ? content.name : null)}
            body={rendering.body}
            format={shownFormat}
          />
          <Text size="xs" c={rendering.missing.length > 0 ? undefined : 'dimmed'} mih="1.5em">
            {rendering.missing.length > 0
              ? `${contact ? nameOf(contact) : 'Nobody'} has no ${rendering.missing.join(', ')}: a default says what stands there instead.`
              : 'Nothing it speaks of is missing.'}
          </Text>
        </>
      )}
    </Stack>
  );
}
