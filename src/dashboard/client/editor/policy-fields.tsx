import { Select, Stack } from '@mantine/core';
import { errorAt, type Step } from './step.js';

const MISFIRE = [
  { value: 'run_latest', label: 'Carry out the latest, record the others as missed' },
  { value: 'skip', label: 'Carry out none, record them as missed' },
  { value: 'run_all', label: 'Carry out the last ten, one after the other' },
];
const OVERLAP = [
  { value: 'skip', label: 'Skip the next one' },
  { value: 'queue', label: 'Let the next one wait' },
  { value: 'allow', label: 'Start the next one beside it' },
];
const DOUBT = [
  { value: 'hold', label: 'Show them and hold them' },
  { value: 'resend', label: 'Send to them again' },
];

/** What happens when an occurrence can not be carried out as planned. */
export function PolicyFields({ draft, set, errors }: Step) {
  return (
    <Stack>
      <Select
        label="Occurrences that passed while nothing ran"
        allowDeselect={false}
        data={MISFIRE}
        value={draft.misfire}
        onChange={(misfire) => misfire !== null && set({ misfire: misfire as typeof draft.misfire })}
        error={errorAt(errors, 'misfire')}
      />
      <Select
        label="While an earlier run is still going"
        allowDeselect={false}
        data={OVERLAP}
        value={draft.overlap}
        onChange={(overlap) => overlap !== null && set({ overlap: overlap as typeof draft.overlap })}
        error={errorAt(errors, 'overlap')}
      />
      <Select
        label="Recipients whose answer was lost"
        allowDeselect={false}
        data={DOUBT}
        value={draft.on_doubt}
        onChange={(doubt) => doubt !== null && set({ on_doubt: doubt as typeof draft.on_doubt })}
        error={errorAt(errors, 'on_doubt')}
      />
    </Stack>
  );
}
