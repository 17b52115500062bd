import { Button, Group, Stack, Stepper } from '@mantine/core';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { fieldErrors } from '../api/problem.js';
import type { Campaign } from '../api/types.js';
import { tellDone } from '../elements/notices.js';
import { Trouble } from '../elements/trouble.js';
import { AudienceStep } from './audience-step.js';
import { ContentStep } from './content-step.js';
import { type Draft, draftOf, newDraft } from './draft.js';
import { ReviewChanges } from './review-changes.js';
import { ReviewDraft } from './review-draft.js';
import { ScheduleStep } from './schedule-step.js';
import { REVIEW, STEPS, stepOf } from './step.js';
import { useStep } from './use-step.js';
import { changes, useSave } from './use-save.js';

/** Writes a campaign in four steps. A draft is kept when it comes to the review, which then tells what to expect of it. */
export function Editor({ campaign: given }: { campaign: Campaign | null }) {
  const navigate = useNavigate();
  const [campaign, setCampaign] = useState(given);
  const [before, setBefore] = useState<Draft>(() => (given ? draftOf(given, new Date()) : newDraft(new Date())));
  const [draft, setDraft] = useState(before);
  const isDraft = campaign === null || campaign.status === 'draft';
  const dirty = Object.keys(changes(before, draft)).length > 0;
  // What was not kept cannot be reviewed as a draft, whatever the address says.
  const [step, setStep] = useStep(isDraft && (campaign === null || dirty) ? REVIEW - 1 : REVIEW);

  const save = useSave(
    (saved, kept) => {
      setCampaign(saved);
      setBefore(kept);
      if (isDraft) return setStep(REVIEW, saved.id);
      tellDone('Saved. The changes apply to runs that open later.');
      void navigate({ to: '/campaigns/$campaignId', params: { campaignId: String(saved.id) }, ignoreBlocker: true });
    },
    (error) => {
      const errors = fieldErrors(error);
      if (Object.keys(errors).length > 0) setStep(stepOf(errors));
    },
  );
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      dirty && current.pathname !== next.pathname && !window.confirm('Leave without saving the changes?'),
    enableBeforeUnload: () => dirty,
  });

  const keep = () => save.mutate({ campaign, before, draft });
  const go = (to: number) => (to === REVIEW && isDraft ? keep() : setStep(to));
  const errors = fieldErrors(save.error);
  const parts = { draft, errors, set: (change: Partial<Draft>) => setDraft({ ...draft, ...change }) };

  return (
    <Stack gap="lg">
      <Stepper className="steps" active={step} onStepClick={go} size="sm" wrap={false} contentPadding={0}>
        {STEPS.map(({ label }) => (
          <Stepper.Step key={label} label={label} />
        ))}
      </Stepper>
      <Trouble error={save.error} />
      {step === 0 && <ContentStep {...parts} />}
      {step === 1 && <AudienceStep {...parts} />}
      {step === 2 && <ScheduleStep {...parts} fixedType={campaign !== null} />}
      {step === REVIEW &&
        campaign &&
        (isDraft ? <ReviewDraft campaign={campaign} /> : <ReviewChanges before={before} after={draft} />)}
      <Group justify="space-between">
        <Button variant="default" disabled={step === 0} onClick={() => setStep(step - 1)}>
          Back
        </Button>
        {step < REVIEW - 1 && <Button onClick={() => go(step + 1)}>Next</Button>}
        {step === REVIEW - 1 && (
          <Button loading={save.isPending} onClick={() => go(REVIEW)}>
            {isDraft ? 'Save the draft and review it' : 'Review the changes'}
          </Button>
        )}
        {step === REVIEW && !isDraft && (
          <Button loading={save.isPending} disabled={!dirty} onClick={keep}>
            Save the changes
          </Button>
        )}
      </Group>
    </Stack>
  );
}
