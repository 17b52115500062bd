import { notifications } from '@mantine/notifications';
import { wordsOf } from '../api/problem.js';

/** What the x of a notice is called. */
export const CLOSE = { 'aria-label': 'Close' };

/** Says that something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 4_000, withBorder: true, closeButtonProps: CLOSE });
}

/** Says why something was not done. */
export function tellTrouble(error: unknown): void {
  notifications.show({
    title: 'That did not work',
    message: wordsOf(error),
    color: 'red',
    autoClose: 10_000,
    withBorder: true,
    closeButtonProps: CLOSE,
  });
}
