import { Code, Grid, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Panel } from '../elements/panel.js';
import { Preview } from './preview.js';
import { SmsCounter } from './sms-counter.js';
import { errorAt, type Step } from './step.js';

const CHANNELS = [
  { value: 'email', label: 'Email' },
  { value: 'sms', label: 'SMS' },
  { value: 'push', label: 'Push' },
] as const;

const FORMATS = [
  { value: 'text', label: 'Plain text' },
  { value: 'html', label: 'HTML' },
  { value: 'mjml', label: 'MJML' },
] as const;

/** What the campaign is called and says, beside what a contact will see. */
export function ContentStep({ draft, set, errors }: Step) {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Panel title="What it says">
          <Stack>
            <TextInput
              label="Name"
              description="For you; an email without a subject shows it, too."
              required
              value={draft.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              error={errorAt(errors, 'name')}
            />
            <SegmentedControl
              aria-label="Channel"
              data={[...CHANNELS]}
              value={draft.channel}
              onChange={(channel) => set({ channel: channel as typeof draft.channel })}
            />
            {draft.channel !== 'sms' && (
              <TextInput
                label={draft.channel === 'email' ? 'Subject' : 'Title'}
                value={draft.subject}
                onChange={(event) => set({ subject: event.currentTarget.value })}
                error={errorAt(errors, 'subject')}
              />
            )}
            <Textarea
              label="Message"
              description={<Hint />}
              required
              autosize
              minRows={8}
              maxRows={24}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
              value={draft.message}
              onChange={(event) => set({ message: event.currentTarget.value })}
              error={errorAt(errors, 'message')}
            />
            {draft.channel === 'email' && (
              <SegmentedControl
                aria-label="Format"
                w="fit-content"
                size="xs"
                data={[...FORMATS]}
                value={draft.format}
                onChange={(format) => set({ format: format as typeof draft.format })}
              />
            )}
            {draft.channel === 'sms' && <SmsCounter message={draft.message} />}
          </Stack>
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Panel title="As a contact gets it">
          <Preview content={draft} segment={draft.include[0] ?? null} />
        </Panel>
      </Grid.Col>
    </Grid>
  );
}

const Hint = () => (
  <Text span size="xs" c="dimmed">
    Liquid: <Code>{'{{ first_name | default: "there" }}'}</Code>, <Code>{'{{ attributes.plan }}'}</Code>
  </Text>
);
