import { type ComponentProps, type FormEvent, useEffect, useRef } from 'react';

interface Sent extends Omit<ComponentProps<'form'>, 'onSubmit' | 'ref'> {
  onSubmit: () => void;
  /** Whether what was sent is not answered yet. */
  busy: boolean;
  /** Whether the form is there for one after the other: the focus goes to its first field as soon as it is sent. */
  again?: boolean;
}

/**
 * A form that is sent without leaving the page. Its button is off until there is an answer, which loses the focus: then it goes
 * to the first field that is wrong, or back.
 */
export function Form({ onSubmit, busy, again = false, ...props }: Sent) {
  const form = useRef<HTMLFormElement>(null);
  const wasBusy = useRef(false);
  useEffect(() => {
    if (wasBusy.current && !busy) leadOn(form.current!);
    wasBusy.current = busy;
  }, [busy]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A dialog that opens upon the answer gives the focus back to where it is now.
    if (again) form.current?.querySelector<HTMLElement>(FIELDS)?.focus();
    onSubmit();
  };
  return <form {...props} ref={form} onSubmit={submit} />;
}

const FIELDS = 'input:enabled, textarea:enabled';

function leadOn(form: HTMLFormElement): void {
  const wrong = form.querySelector<HTMLElement>('[aria-invalid=true]');
  if (wrong) return wrong.focus();
  if (document.activeElement !== document.body) return;
  form.querySelector<HTMLElement>(`[type=submit]:enabled, ${FIELDS}`)?.focus();
}
