/** One line of what `doctor` found; `wrong` makes it exit with 1. */
export interface Finding {
  name: string;
  state: 'ok' | 'caution' | 'wrong';
  detail: string;
}

/** A finding of each state, by its name and detail. */
export const fine = (name: string, detail: string): Finding => ({ name, state: 'ok', detail });
export const caution = (name: string, detail: string): Finding => ({ name, state: 'caution', detail });
export const wrong = (name: string, detail: string): Finding => ({ name, state: 'wrong', detail });
