import { Button, Group, Stack, Stepper, Text, VisuallyHidden } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { fieldErrors } from '../api/problem.js';
import type { Campaign } from '../api/types.js';
import { MovedOn } from '../elements/moved-on.js';
import { Icon } from '../elements/icon.js';
import { tellDone } from '../elements/notices.js';
import { useUnsaved } from '../elements/unsaved.js';
import { AudienceStep } from './audience-step.js';
import { ContentStep } from './content-step.js';
import { ReviewChanges } from './review-changes.js';
import { ReviewDraft } from './review-draft.js';
import { ScheduleStep } from './schedule-step.js';
import { isLacking, REVIEW, STEPS, stepOf } from './step.js';
import { useSave } from './use-save.js';
import { useStep } from './use-step.js';
import { useWriting } from './use-writing.js';

/** Writes a campaign in four steps. A draft is kept when it comes to the review, which then tells what to expect of it. */
export function Editor({ campaign: given }: { campaign: Campaign | null }) {
  const navigate = useNavigate();
  const { campaign, before, draft, theirs, dirty, write, keep, readTheirs } = useWriting(given);
  const isDraft = campaign === null || campaign.status === 'draft';
  // What was not kept cannot be reviewed as a draft, whatever the address says.
  const [step, setStep] = useStep(isDraft && (campaign === null || dirty) ? REVIEW - 1 : REVIEW);

  const save = useSave(
    (saved, kept) => {
      keep(saved, kept);
      if (isDraft) return setStep(REVIEW, saved.id);
      tellDone('Saved. The changes apply to runs that open later.');
      void navigate({ to: '/campaigns/$campaignId', params: { campaignId: String(saved.id) }, ignoreBlocker: true });
    },
    (error) => {
      const errors = fieldErrors(error);
      if (Object.keys(errors).length > 0) setStep(stepOf(errors));
    },
  );
  useUnsaved(() => dirty);
  const shown = useFocus(step, save.error);

  const send = () => save.mutate({ campaign, before, draft });
  const go = (to: number) => (to === REVIEW && isDraft ? send() : setStep(to));
  const parts = { draft, errors: fieldErrors(save.error), set: write };

  return (
    <Stack gap="lg">
      <Stepper className="steps" active={step} onStepClick={go} size="sm" wrap={false} contentPadding={0}>
        {STEPS.map(({ label }, index) =>
          isLacking(index, draft) && index < step ? (
            <Stepper.Step
              key={label}
              color="yellow"
              completedIcon={
                <Text span c="black" lh={1}>
                  <Icon name="warning" size={18} />
                </Text>
              }
              label={
                <>
                  {label}
                  <VisuallyHidden>, where something is missing</VisuallyHidden>
                </>
              }
            />
          ) : (
            <Stepper.Step key={label} label={label} />
          ),
        )}
      </Stepper>
      <MovedOn
        error={save.error}
        theirs={theirs}
        onRead={async () => {
          await readTheirs(campaign!);
          save.reset();
        }}
      />
      <div ref={shown} tabIndex={-1} role="group" aria-label={STEPS[step]!.label} className="step">
        {step === 0 && <ContentStep {...parts} />}
        {step === 1 && <AudienceStep {...parts} />}
        {step === 2 && <ScheduleStep {...parts} fixedType={campaign !== null} />}
        {step === REVIEW &&
          campaign &&
          (isDraft ? <ReviewDraft campaign={campaign} /> : <ReviewChanges before={before} after={draft} />)}
      </div>
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
          <Button loading={save.isPending} disabled={!dirty} onClick={send}>
            Save the changes
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** Leads to what comes next: the first field that was refused, or the step that was gone to, whose button is gone. */
function useFocus(step: number, error: unknown) {
  const shown = useRef<HTMLDivElement>(null);
  const known = useRef({ step, error });
  useEffect(() => {
    if (known.current.step === step && known.current.error === error) return;
    known.current = { step, error };
    const wrong = shown.current?.querySelector<HTMLElement>('[aria-invalid=true]');
    if (wrong) wrong.focus();
    else shown.current?.focus({ preventScroll: true });
  }, [step, error]);
  return shown;
}
