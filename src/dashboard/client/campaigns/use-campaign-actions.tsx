import { useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client.js';
import type { Campaign, CampaignStatus } from '../api/types.js';
import { callOff } from '../elements/deeds.js';
import { tellDone, tellTrouble } from '../elements/notices.js';
import { doUnlessUndone, offerUndo } from '../elements/undo.js';

/** What people may do to a campaign in a status; the API decides, this only shows what it would refuse as not possible. */
export const possible = {
  launch: (status: CampaignStatus) => status === 'draft' || status === 'pending',
  pause: (status: CampaignStatus) => status === 'pending' || status === 'processing',
  resume: (status: CampaignStatus) => status === 'paused',
  cancel: (status: CampaignStatus) => status !== 'cancelled' && status !== 'completed',
  edit: (status: CampaignStatus) => ['draft', 'pending', 'processing', 'paused'].includes(status),
};

type Subject = Pick<Campaign, 'id' | 'name'>;

const cancelling = ({ id }: Subject): string => `cancel campaign ${id}`;

/** Launching, pausing, resuming, cancelling; each says what it did and how to take it back. */
export function useCampaignActions() {
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all(
      ['campaigns', 'analytics', 'runs', 'occurrences'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    );
  const post = async (id: number, action: 'launch' | 'pause' | 'resume' | 'cancel') => {
    // The page may be left at this moment, most of all by who cancels.
    await api.POST(`/campaigns/{id}/${action}`, { params: { path: { id } }, keepalive: true });
    await refresh();
  };
  /** Does it to each, whatever becomes of the others; answers those with whom it worked. */
  const each = async (subjects: Subject[], action: 'pause' | 'resume') => {
    // Who goes on with a campaign does not want it cancelled in a moment.
    if (action === 'resume') for (const subject of subjects) callOff(cancelling(subject));
    const answers = await Promise.allSettled(
      subjects.map(({ id }) => api.POST(`/campaigns/{id}/${action}`, { params: { path: { id } } })),
    );
    await refresh();
    for (const answer of answers) if (answer.status === 'rejected') tellTrouble(answer.reason);
    return subjects.filter((_, index) => answers[index]!.status === 'fulfilled');
  };
  const eachUnlessUndone = async (subjects: Subject[], action: 'pause' | 'resume') => {
    const done = await each(subjects, action);
    const [words, back] = action === 'pause' ? (['Paused', 'resume'] as const) : (['Resumed', 'pause'] as const);
    if (done.length > 0) offerUndo(`${words} ${named(done)}.`, () => each(done, back));
  };
  const named = (subjects: Subject[]) =>
    subjects.length === 1 ? `“${subjects[0]!.name}”` : `${subjects.length} campaigns`;

  return {
    launch: async ({ id, name }: Subject) => {
      callOff(cancelling({ id, name }));
      await post(id, 'launch');
      tellDone(`“${name}” is on its way.`);
    },
    pause: (...subjects: Subject[]) => eachUnlessUndone(subjects, 'pause'),
    resume: (...subjects: Subject[]) => eachUnlessUndone(subjects, 'resume'),
    /** Nothing is sent from this moment on; what cannot be taken back follows when nobody objects. */
    cancel: (campaign: Campaign) => {
      const { id, name, status } = campaign;
      const paused = possible.pause(status) ? post(id, 'pause') : Promise.resolve();
      const undo = () => paused.then(() => (possible.pause(status) ? post(id, 'resume') : undefined));
      doUnlessUndone(cancelling(campaign), `Cancelling “${name}” …`, () => post(id, 'cancel'), undo);
      paused.catch((trouble: unknown) => callOff(cancelling(campaign)) && tellTrouble(trouble));
    },
    remove: ({ id, name }: Subject) =>
      doUnlessUndone(`delete campaign ${id}`, `Deleting “${name}” … Its runs stay readable.`, async () => {
        await api.DELETE('/campaigns/{id}', { params: { path: { id } }, keepalive: true });
        await refresh();
      }),
  };
}
