import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { tellTrouble } from './notices.js';

const UNDO_MS = 8_000;

function offer(message: string, undo: () => void, onClose?: () => void): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    autoClose: UNDO_MS,
    withBorder: true,
    onClose,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            undo();
            notifications.hide(id);
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}

/** Says what was done and offers to take it back. */
export function offerUndo(message: string, undo: () => Promise<unknown>): void {
  offer(message, () => void undo().catch(tellTrouble));
}

/** What cannot be taken back is done only after a while in which it can be called off. Leaving the page calls it off, too. */
export function doUnlessUndone(message: string, act: () => Promise<unknown>): void {
  let undone = false;
  offer(
    message,
    () => (undone = true),
    () => {
      if (!undone) void act().catch(tellTrouble);
    },
  );
}
