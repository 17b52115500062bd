import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { STEPS, stepNamed } from './step.js';

/**
 * The step that the address names, `last` at most, and how to go to another: a link shows the same, and the browser's own
 * back goes a step back. A new campaign that was kept has an address of its own from then on.
 */
export function useStep(last: number): [step: number, go: (step: number, keptAs?: number) => void] {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const isNew = useLocation({ select: ({ pathname }) => pathname.endsWith('/campaigns/new') });
  const go = (step: number, keptAs?: number) => {
    const word = STEPS[step]!.word;
    if (isNew && keptAs !== undefined)
      return void navigate({
        to: '/campaigns/$campaignId/edit',
        params: { campaignId: String(keptAs) },
        search: { step: word },
        replace: true,
        ignoreBlocker: true,
      });
    void navigate({ to: '.', search: { step: word }, ignoreBlocker: true });
  };
  return [Math.min(stepNamed(search.step), last), go];
}
