import { Paper, Text } from '@mantine/core';
import type { Campaign, Channel } from '../api/types.js';

/** Pictures and styles of a message's own are shown; nothing is fetched, so that nobody learns that it was looked at. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`;

/** What tells that a message was opened. The frame would not fetch it either, but complain of each. */
const PIXEL = /<img src="[^"]*\/o\/[^"/]*\.gif" width="1" height="1"[^>]*>/g;

/** A rendered message as its channel shows it. HTML is a stranger's: its frame may run nothing and reach nothing (R53). */
export function Message(props: {
  channel: Channel;
  subject: string | null;
  preheader?: string | null;
  body: string;
  format: Campaign['format'];
}) {
  const { channel, subject, preheader, body, format } = props;
  const heading = subject !== null && (
    <Text fw={650} mb={4}>
      {subject}
      {preheader != null && (
        <Text span c="dimmed" fw={400} size="sm">
          {' '}
          {preheader}
        </Text>
      )}
    </Text>
  );
  if (format === 'html')
    return (
      <div>
        {heading}
        <iframe className="message" sandbox="" title="The message" srcDoc={POLICY + body.replace(PIXEL, '')} />
      </div>
    );
  return (
    <Paper
      withBorder
      p="md"
      bg="var(--paper)"
      radius={channel === 'email' ? 'md' : 'lg'}
      maw={channel === 'email' ? undefined : 360}
    >
      {heading}
      <Text size="sm" style={{ whiteSpace: 'pre-wrap' }} mih="3em">
        {body}
      </Text>
    </Paper>
  );
}
