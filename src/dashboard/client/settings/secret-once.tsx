import { Modal, Stack, Text } from '@mantine/core';
import { Command } from '../elements/command.js';

/** A secret that is shown this once; it is nowhere to be had again. */
export function SecretOnce(props: { title: string; secret: string | null; about: string; onClose: () => void }) {
  const { title, secret, about, onClose } = props;
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      // The page has its banner already.
      attributes={{ header: { role: 'presentation' } }}
    >
      <Stack gap="sm">
        <Text size="sm">{about}</Text>
        <Command>{secret ?? ''}</Command>
      </Stack>
    </Modal>
  );
}
