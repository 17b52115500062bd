import type { CsvColumns } from '../platform/download.js';
import type { TimelineStep } from './outcome-counts.dto.js';

/** A timeline as CSV. */
export const TIMELINE_COLUMNS: CsvColumns<TimelineStep> = {
  from: ({ from }) => from.toISOString(),
  sent: ({ sent }) => sent,
  failed: ({ failed }) => failed,
  skipped: ({ skipped }) => skipped,
  in_doubt: (step) => step.in_doubt,
  opened: ({ opened }) => opened,
  clicked: ({ clicked }) => clicked,
};
