import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Run } from '../api/types.js';
import { countOf } from '../elements/figures.js';
import { useBar } from '../elements/needs.js';
import { QuestionButton } from '../elements/question.js';
import { Dot } from '../elements/status.js';
import { useCorrections } from './use-corrections.js';

/**
 * Recipients whose answer was lost, and the way to settle them: a line that is there before there are any, so that nothing
 * below moves when the first comes to be in doubt.
 */
export function InDoubt({ run }: { run: Run }) {
  const [open, setOpen] = useState(false);
  const bar = useBar('write');
  const them = countOf(run.in_doubt, 'recipient');
  const close = () => setOpen(false);
  return (
    <Group mih={30} gap="xs" wrap="nowrap">
      {run.in_doubt === 0 ? (
        <Text size="sm" c="dimmed">
          Nobody is in doubt.
        </Text>
      ) : (
        <>
          <Text size="sm" component="div" fw={550}>
            <Dot colour="var(--in-doubt)">{`${them} in doubt`}</Dot>
          </Text>
          <Button {...bar} size="xs" variant="default" onClick={() => setOpen(true)}>
            Settle
          </Button>
        </>
      )}
      <Modal opened={open} onClose={close} title={`${them} in doubt`}>
        <WaysToSettle run={run} them={them} onDone={close} />
      </Modal>
    </Group>
  );
}

function WaysToSettle({ run, them, onDone }: { run: Run; them: string; onDone: () => void }) {
  const { resend, settle } = useCorrections(run.id);
  return (
    <Stack>
      <Text size="sm">
        They were handed to the provider, but its answer was lost. Look at its log if you can: those that arrived are
        sent, those that did not may be sent to again. Whoever got it the first time would get it twice.
      </Text>
      <QuestionButton
        variant="default"
        question="Did they arrive?"
        about={`${them} will be counted as sent, and never be sent to again by this run.`}
        verb="They arrived"
        act={() => settle('sent').then(onDone)}
      >
        They arrived
      </QuestionButton>
      <QuestionButton
        variant="default"
        question="Did none of them arrive?"
        about={`${them} will be counted as failed. They are sent to again only when that is asked for.`}
        verb="They did not arrive"
        act={() => settle('failed').then(onDone)}
      >
        They did not arrive
      </QuestionButton>
      <QuestionButton
        variant="default"
        question="Send again?"
        about={`${them} will be sent to once more. Whoever got it the first time gets it twice.`}
        verb="Send it again"
        act={() => resend().then(onDone)}
      >
        Send again
      </QuestionButton>
    </Stack>
  );
}
