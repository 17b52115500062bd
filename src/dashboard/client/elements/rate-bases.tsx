import { Text } from '@mantine/core';

/** What the shares of a screen are shares of; said once, for all of them have the same. */
export const RateBases = () => (
  <Text size="xs" c="dimmed">
    Shares of sent and failed are of those whose answer is known, who are sent or failed. Those of opened and clicked
    are of the sent whose messages count it; opens are an estimate.
  </Text>
);
