import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { newId } from '../api/new-id.js';
import { callOff, GRACE_MS, waitWith } from './deeds.js';
import { CLOSE, tellTrouble } from './notices.js';

interface Offer {
  id: string;
  message: string;
  autoClose: number | false;
  undo: () => void;
}

function offer({ id, message, autoClose, undo }: Offer): void {
  notifications.show({
    id,
    autoClose,
    withBorder: true,
    closeButtonProps: CLOSE,
    message: <Undoable message={message} onUndo={undo} />,
  });
}

/** Says what was done and offers to take it back. */
export function offerUndo(message: string, undo: () => Promise<unknown>): void {
  const id = newId();
  const take = () => {
    notifications.hide(id);
    void undo().catch(tellTrouble);
  };
  offer({ id, message, autoClose: GRACE_MS, undo: take });
}

/**
 * What cannot be taken back is done only after a while in which it can be called off, or when the page is left. `id` says
 * what is done to what: asked for once more meanwhile, it is still done once.
 */
export function doUnlessUndone(
  id: string,
  message: string,
  act: () => Promise<unknown>,
  undo: () => Promise<unknown> = () => Promise.resolve(),
): void {
  if (!waitWith(id, act)) return;
  offer({ id, message, autoClose: false, undo: () => void (callOff(id) && undo().catch(tellTrouble)) });
}

/** Where who writes would go on writing into the button, so that the focus stays there. */
const isWriting = (at: Element | null): boolean => at?.matches('input, textarea, [contenteditable]') ?? false;

/**
 * The words and the button, which takes the focus: notices are at the end of the page, where nobody gets by keyboard in time,
 * and what was pressed is often gone. When the notice goes, the focus goes back to where it was, or to the content.
 */
function Undoable({ message, onUndo }: { message: string; onUndo: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const [own, before] = [button.current, document.activeElement as HTMLElement | null];
    if (!isWriting(before)) own?.focus({ preventScroll: true });
    return () => {
      if (document.activeElement !== own && document.activeElement !== document.body) return;
      const back = before?.isConnected && before !== document.body ? before : document.getElementById('content');
      back?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{message}</Text>
      <Button ref={button} size="xs" variant="default" onClick={onUndo}>
        Undo
      </Button>
    </Group>
  );
}
