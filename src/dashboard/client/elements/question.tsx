import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { tellTrouble } from './notices.js';

interface Question extends Omit<ButtonProps, 'loading'> {
  /** What is asked, as a title. */
  question: string;
  /** What comes of a yes. */
  about: ReactNode;
  /** The yes, as a verb. */
  verb: string;
  act: () => unknown;
  children: ReactNode;
  'aria-label'?: string;
}

/** A button for what cannot be taken back and is done at once: it asks first. */
export function QuestionButton({ question, about, verb, act, ...button }: Question) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const close = () => setOpen(false);
  const yes = () => {
    setBusy(true);
    void Promise.resolve()
      .then(act)
      .then(close, tellTrouble)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button {...button} onClick={() => setOpen(true)} />
      <Modal opened={open} onClose={close} title={question}>
        <Stack>
          <Text size="sm" component="div">
            {about}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              Leave it
            </Button>
            <Button loading={busy} onClick={yes}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
