import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { campaignQuery } from '../campaigns/campaign-queries.js';
import { Loaded } from '../elements/loaded.js';
import { Barred, Needs } from '../elements/needs.js';
import { Screen } from '../elements/screen.js';
import { Editor } from './editor.js';

/** A campaign is written. */
export function NewCampaignScreen() {
  return (
    <Screen title="New campaign">
      <Needs scope="write" otherwise={<Barred scope="write" />}>
        <Editor campaign={null} />
      </Needs>
    </Screen>
  );
}

/** A campaign is changed. */
export function EditCampaignScreen() {
  const { campaignId } = useParams({ from: '/campaigns/$campaignId/edit' });
  // What others do meanwhile must not change the form under somebody's hands: saving says that the version moved on.
  const query = useQuery({ ...campaignQuery(Number(campaignId)), refetchInterval: false, refetchOnWindowFocus: false });
  return (
    <Screen
      title={query.data ? `Edit “${query.data.name}”` : 'Edit'}
      about={query.data && query.data.status !== 'draft' ? 'Changes apply to runs that open later.' : undefined}
    >
      <Needs scope="write" otherwise={<Barred scope="write" />}>
        <Loaded query={query} height={560}>
          {(campaign) => <Editor campaign={campaign} />}
        </Loaded>
      </Needs>
    </Screen>
  );
}
