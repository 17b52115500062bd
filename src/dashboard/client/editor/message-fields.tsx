import { Code, SegmentedControl, Stack, Text } from '@mantine/core';
import { CHANNEL_CHOICES } from '../elements/channel.js';
import { DraftLine, DraftText } from './draft-text.js';
import { isHtml } from './draft-content.js';
import { SmsCounter } from './sms-counter.js';
import type { Gotten } from './sms-words.js';
import { errorAt, type Step } from './step.js';

const FORMATS = [
  { value: 'text', label: 'Plain text' },
  { value: 'html', label: 'HTML' },
  { value: 'mjml', label: 'MJML' },
];

/** What a message says, by the channel that carries it; an SMS is counted as somebody gets it. */
export function MessageFields({ step, gotten }: { step: Step; gotten: Gotten | null }) {
  const { draft, set, errors } = step;
  return (
    <Stack>
      <DraftLine
        step={step}
        name="name"
        label="Name"
        description="For you; an email without a subject shows it, too."
        required
      />
      <SegmentedControl
        aria-label="Channel"
        data={CHANNEL_CHOICES}
        value={draft.channel}
        // An account carries one channel.
        onChange={(channel) => set({ channel: channel as typeof draft.channel, provider: '' })}
      />
      {draft.channel !== 'sms' && (
        <DraftLine step={step} name="subject" label={draft.channel === 'email' ? 'Subject' : 'Title'} />
      )}
      {isHtml(draft) && (
        <DraftLine
          step={step}
          name="preheader"
          label="Preheader"
          description="What mail programs show beside the subject."
        />
      )}
      {draft.channel === 'email' && (
        <div>
          <SegmentedControl
            aria-label="Format"
            w="fit-content"
            size="xs"
            data={FORMATS}
            value={draft.format}
            onChange={(format) => set({ format: format as typeof draft.format })}
          />
          <Text size="xs" c="var(--mantine-color-error)">
            {errorAt(errors, 'format')}
          </Text>
        </div>
      )}
      <DraftText step={step} name="message" label="Message" description={<Hint />} required minRows={8} />
      {isHtml(draft) && (
        <DraftText
          step={step}
          name="text"
          label="For those who read text"
          description="Made from the message unless you write it."
          minRows={2}
        />
      )}
      {draft.channel === 'sms' && <SmsCounter message={draft.message} gotten={gotten} />}
      {draft.channel === 'push' && (
        <>
          <DraftLine
            step={step}
            name="url"
            label="Opens"
            description="Where a click on the notification leads."
            placeholder="https://example.org/news"
          />
          <DraftLine
            step={step}
            name="icon"
            label="Picture"
            description="The address of the picture beside it."
            placeholder="https://example.org/icon-192.png"
          />
        </>
      )}
    </Stack>
  );
}

const Hint = () => (
  <Text span size="xs" c="dimmed">
    Liquid: <Code>{'{{ first_name | default: "there" }}'}</Code>, <Code>{'{{ attributes.plan }}'}</Code>
  </Text>
);
