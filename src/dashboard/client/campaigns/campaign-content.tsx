import { Grid, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Campaign } from '../api/types.js';
import { draftOf } from '../editor/draft.js';
import { previewFields } from '../editor/draft-variants.js';
import { Preview, usePreview } from '../editor/preview.js';
import { PreviewedVariant } from '../editor/previewed-variant.js';
import { Panel } from '../elements/panel.js';
import { CampaignDispatch } from './campaign-dispatch.js';
import { MissingVariables } from './missing-variables.js';
import { TestSend } from './test-send.js';

/** What a campaign says, as a contact gets it; beside it whose message would have gaps, and a test of it. */
export function CampaignContent({ campaign }: { campaign: Campaign }) {
  const [variant, choose] = useState<number | null>(campaign.variants === null ? null : 0);
  const draft = draftOf(campaign, new Date());
  const preview = usePreview(previewFields(draft, variant), draft.include[0] ?? null);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Panel title="As a contact gets it">
          <Preview
            preview={preview}
            name={campaign.name}
            which={<PreviewedVariant variants={draft.variants} variant={variant} onChoose={choose} />}
          />
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="lg">
          <TestSend campaign={campaign} />
          <MissingVariables campaign={campaign} />
          <CampaignDispatch campaign={campaign} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
