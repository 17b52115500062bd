import { focusManager, useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { allows } from '../../../access/domain/scope.js';
import { wordsOf } from '../api/problem.js';
import type { Session } from '../api/types.js';
import { leaveFarewell, loseSession, useSignedInBy } from '../session.js';
import { sessionQuery } from '../session-query.js';
import { SignIn } from '../sign-in.js';

/** Whether somebody may see what was shown to whoever was there before. */
const maySee = (before: Session | undefined, now: Session): boolean =>
  before !== undefined && before.scopes.every((scope) => allows(now.scopes, scope));

// Heard before the forms below, which this key would close.
addEventListener(
  'keydown',
  (event) => {
    if (event.key !== 'Escape' || document.querySelector('dialog.return') === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

/**
 * The way in, laid over a screen whose session is over, so that what was written there is kept. Who comes back goes on with
 * it; for one who may see less than the one before, `onOther` begins anew. Nothing is asked for meanwhile.
 */
export function Return({ onOther }: { onOther: () => void }) {
  const by = useSignedInBy();
  const queries = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  // Closed before it is taken away, which gives the focus back to where it was.
  useLayoutEffect(() => {
    const { current: own } = dialog;
    own?.showModal();
    focusManager.setFocused(false);
    return () => {
      focusManager.setFocused(undefined);
      own?.close();
    };
  }, []);
  useEffect(() => {
    if (by === null) return;
    const before = queries.getQueryData(sessionQuery.queryKey);
    // A try that fails waits for the focus, which the screen below has not: it is told, and made again by signing in.
    queries.fetchQuery({ ...sessionQuery, staleTime: 0, retry: false }).then(
      (now) => {
        if (maySee(before, now)) void queries.invalidateQueries();
        else onOther();
        leaveFarewell();
      },
      (error: unknown) => loseSession(wordsOf(error)),
    );
  }, [by, queries, onOther]);
  return (
    <dialog ref={dialog} className="return" aria-label="Sign in">
      <SignIn />
    </dialog>
  );
}
