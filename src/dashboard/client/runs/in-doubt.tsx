import { Alert, Group, Text } from '@mantine/core';
import type { Run } from '../api/types.js';
import { countOf } from '../elements/figures.js';
import { Icon } from '../elements/icon.js';
import { QuestionButton } from '../elements/question.js';
import { useCorrections } from './use-corrections.js';

/** Recipients whose answer was lost, and the three ways to settle them. Not there where there are none. */
export function InDoubt({ run }: { run: Run }) {
  const { resend, settle } = useCorrections(run.id);
  if (run.in_doubt === 0) return null;
  const them = countOf(run.in_doubt, 'recipient');
  return (
    <Alert color="yellow" icon={<Icon name="warning" />} title={`${them} in doubt`}>
      <Text size="sm" mb="sm">
        They were handed to the provider, but its answer was lost. Look at its log if you can: those that arrived are
        sent, those that did not may be sent to again. Whoever got it the first time would get it twice.
      </Text>
      <Group gap="xs">
        <QuestionButton
          size="xs"
          variant="default"
          question="Did they arrive?"
          about={`${them} will be counted as sent, and never be sent to again by this run.`}
          verb="They arrived"
          act={() => settle('sent')}
        >
          They arrived
        </QuestionButton>
        <QuestionButton
          size="xs"
          variant="default"
          question="Did none of them arrive?"
          about={`${them} will be counted as failed. They are sent to again only when that is asked for.`}
          verb="They did not arrive"
          act={() => settle('failed')}
        >
          They did not arrive
        </QuestionButton>
        <QuestionButton
          size="xs"
          variant="default"
          question="Send again?"
          about={`${them} will be sent to once more. Whoever got it the first time gets it twice.`}
          verb="Send it again"
          act={resend}
        >
          Send again
        </QuestionButton>
      </Group>
    </Alert>
  );
}
