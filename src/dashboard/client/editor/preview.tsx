import { Alert, Code, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors, wordsOf } from '../api/problem.js';
import type { MessagePreview, PreviewContent } from '../api/types.js';
import { type Choice, ContactChoice, useContactChoice } from '../contacts/contact-choice.js';
import { contactName } from '../contacts/contact-queries.js';
import { bytes, countOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { Message } from '../elements/message.js';
import type { Gotten } from './sms-words.js';

const TEMPLATES = ['message', 'subject', 'preheader', 'text'];

/** A message as a contact would get it, asked for when it has not changed for a moment. */
const useMessagePreview = (content: PreviewContent, contactId: number | undefined) => {
  const [settled] = useDebouncedValue(JSON.stringify({ ...content, contact_id: contactId }), 300);
  const asked = JSON.parse(settled) as PreviewContent;
  return useQuery({
    queryKey: ['message preview', asked],
    enabled: asked.message.trim() !== '',
    queryFn: ({ signal }) => body(api.POST('/campaigns/preview', { body: asked, signal })),
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
};

/** What is shown, to whom, and what is wrong with its templates by the names of their fields. */
export interface Previewed {
  content: PreviewContent;
  choice: Choice;
  data: MessagePreview | undefined;
  error: Error | null;
  faults: Record<string, string>;
}

/** A message as one contact of a segment would get it, written by the engine that sends. */
export function usePreview(content: PreviewContent, segment: string | null): Previewed {
  const choice = useContactChoice(segment);
  const { data, error } = useMessagePreview(content, choice.contact?.id);
  const faults = Object.entries(fieldErrors(error)).filter(([field]) => TEMPLATES.includes(field));
  return { content, choice, data, error, faults: Object.fromEntries(faults) };
}

/** What the contact gets by SMS; null before that is known. What is shown of an empty message is what stood there before. */
export const gottenSms = ({ content, choice, data }: Previewed): Gotten | null =>
  data?.sms && content.message.trim() !== ''
    ? { text: data.text, who: choice.contact ? contactName(choice.contact) : 'somebody of whom nothing is known' }
    : null;

/** The same for people to look at, while it is being written. */
export function Preview(props: { preview: Previewed; name: string; which?: ReactNode }) {
  const { content, choice, data, error, faults } = props.preview;
  return (
    <Stack gap="sm">
      {props.which}
      <ContactChoice label="As seen by" choice={choice} />
      {content.message.trim() === '' ? (
        <Text size="sm" c="dimmed" mih="6em">
          Write a message to see it here.
        </Text>
      ) : error ? (
        <Fault error={error} inTemplate={Object.keys(faults).length > 0} />
      ) : data === undefined ? (
        <Skeleton height={180} aria-label="Loading" role="status" />
      ) : (
        <Shown
          preview={data}
          name={props.name}
          who={choice.contact ? contactName(choice.contact) : 'Somebody of whom nothing is known'}
        />
      )}
    </Stack>
  );
}

function Fault({ error, inTemplate }: { error: Error; inTemplate: boolean }) {
  const errors = Object.entries(fieldErrors(error));
  return (
    <Alert
      color="red"
      icon={<Icon name="warning" />}
      title={inTemplate ? 'The template can not be read' : 'It can not be shown like this'}
    >
      {errors.length === 0 ? wordsOf(error) : errors.map(([field, message]) => <div key={field}>{message}</div>)}
    </Alert>
  );
}

function Shown({ preview, name, who }: { preview: MessagePreview; name: string; who: string }) {
  const { channel, subject, preheader, html, text, headers, missing_variables: missing, size, sms } = preview;
  const [asText, setAsText] = useState(false);
  return (
    <>
      {channel === 'email' && (
        <Text size="xs" c="dimmed">
          From {headers.From}
          {headers['Reply-To'] !== undefined && <>, answers go to {headers['Reply-To']}</>}
        </Text>
      )}
      <Message
        channel={channel}
        subject={subject ?? (channel === 'email' ? name : null)}
        preheader={preheader}
        body={html === null || asText ? text : html}
        format={html === null || asText ? 'text' : 'html'}
      />
      {html !== null && (
        <SegmentedControl
          aria-label="Shown as"
          size="xs"
          w="fit-content"
          data={[
            { value: 'html', label: 'HTML' },
            { value: 'text', label: 'Text' },
          ]}
          value={asText ? 'text' : 'html'}
          onChange={(value) => setAsText(value === 'text')}
        />
      )}
      <Text size="xs" c={missing.length > 0 ? undefined : 'dimmed'} mih="1.5em">
        {missing.length > 0 ? <Missing variables={missing} who={who} /> : 'Nothing it speaks of is missing.'}{' '}
        {sms ? `${countOf(sms.segments, 'SMS segment')}.` : channel === 'email' && `${bytes(size)}.`}
      </Text>
    </>
  );
}

const Missing = ({ variables, who }: { variables: string[]; who: string }) => (
  <>
    {who} has no {variables.join(', ')}, and nothing stands in {variables.length === 1 ? 'its' : 'their'} place. A
    default would: <Code>{`{{ ${variables[0]} | default: "…" }}`}</Code>.
  </>
);
