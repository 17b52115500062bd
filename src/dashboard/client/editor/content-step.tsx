import { Box, Grid, Stack } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../elements/panel.js';
import { DispatchFields } from './dispatch-fields.js';
import { previewFields } from './draft-variants.js';
import { MessageFields } from './message-fields.js';
import { gottenSms, Preview, usePreview } from './preview.js';
import { PreviewedVariant } from './previewed-variant.js';
import type { Step } from './step.js';
import { TestFields } from './test-fields.js';
import { TrackingFields } from './tracking-fields.js';
import { VariantsFields } from './variants-fields.js';

/** What the campaign is called and says, beside what a contact will see. */
export function ContentStep({ draft, set, errors }: Step) {
  const [chosen, choose] = useState<number | null>(null);
  const variant = chosen !== null && chosen < draft.variants.length ? chosen : null;
  const preview = usePreview(previewFields(draft, variant), draft.include[0] ?? null);
  // A template that can not be read is told where it is written, and not only when it is saved.
  const faults = variant === null ? preview.faults : within(`variants/${variant}`, preview.faults);
  const step = { draft, set, errors: { ...errors, ...faults } };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <Panel title="What it says">
            <MessageFields step={step} gotten={variant === null ? gottenSms(preview) : null} />
          </Panel>
          <Panel title="Variants">
            <VariantsFields step={step} chosen={variant ?? 0} onChoose={choose} />
            {draft.variants.length > 0 && <TestFields {...step} />}
          </Panel>
          <Panel title="How it is sent">
            <DispatchFields {...step} />
          </Panel>
          {draft.channel !== 'push' && (
            <Panel title="What is counted">
              <TrackingFields step={step} uncounted={preview.data?.uncounted_links ?? []} />
            </Panel>
          )}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Box className="beside">
          <Panel title="As a contact gets it">
            <Preview
              preview={preview}
              name={draft.name}
              which={<PreviewedVariant variants={draft.variants} variant={variant} onChoose={choose} />}
            />
          </Panel>
        </Box>
      </Grid.Col>
    </Grid>
  );
}

/** The errors of a part of a request, as they are of the whole. */
const within = (part: string, errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([field, message]) => [`${part}/${field}`, message]));
