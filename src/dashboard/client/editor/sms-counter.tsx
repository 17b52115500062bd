import { Text } from '@mantine/core';
import { MAX_SMS_SEGMENTS, smsSegments } from '../../../campaigns/domain/sms-segments.js';
import { countOf } from '../elements/figures.js';

/** How many messages a text is on the air, and what makes it dearer. Values are counted as their placeholders. */
export function SmsCounter({ message }: { message: string }) {
  const { segments, units, encoding, forcedBy } = smsSegments(message);
  const tooMany = segments > MAX_SMS_SEGMENTS;
  return (
    <Text size="xs" c={tooMany ? 'var(--mantine-color-error)' : 'dimmed'} className="figures">
      {countOf(units, 'character')} in {countOf(segments, 'SMS segment')} ({encoding === 'gsm7' ? 'GSM-7' : 'UCS-2'}
      {forcedBy !== null && `, because of “${forcedBy}”: such a message has room for 70 characters instead of 160`})
      {tooMany && `; carriers put ${MAX_SMS_SEGMENTS} together at most`}
    </Text>
  );
}
