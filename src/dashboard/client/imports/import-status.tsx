import type { Import } from '../api/types.js';
import { Dot } from '../elements/status.js';

const LOOKS: Record<Import['status'], [colour: string, words: string]> = {
  uploading: ['var(--accent)', 'Uploading'],
  queued: ['var(--accent)', 'Queued'],
  processing: ['var(--accent)', 'Importing'],
  completed: ['var(--sent)', 'Completed'],
  failed: ['var(--failed)', 'Failed'],
  cancelled: ['var(--skipped)', 'Cancelled'],
};

/** Where an import stands. */
export function ImportStatus({ status }: { status: Import['status'] }) {
  const [colour, words] = LOOKS[status];
  return <Dot colour={colour}>{words}</Dot>;
}
