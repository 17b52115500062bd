import { Text } from '@mantine/core';
import { type Gotten, smsWords } from './sms-words.js';

/** How many messages a text is on the air, as the previewed contact gets it. */
export function SmsCounter({ message, gotten }: { message: string; gotten: Gotten | null }) {
  const { words, tooMany } = smsWords(message, gotten);
  return (
    <Text size="xs" c={tooMany ? 'var(--mantine-color-error)' : 'dimmed'} className="figures">
      {words}
    </Text>
  );
}
