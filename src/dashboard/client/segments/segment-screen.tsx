import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../api/client.js';
import { download } from '../api/download.js';
import type { Segment } from '../api/types.js';
import { Loaded } from '../elements/loaded.js';
import { Barred, Needs, useBar } from '../elements/needs.js';
import { tellDone, tellTrouble } from '../elements/notices.js';
import { Screen } from '../elements/screen.js';
import { SegmentForm } from './segment-form.js';
import { ruleFrom } from './rule-editor.js';
import { segmentQuery } from './segment-queries.js';

/** A segment is made; a rule to begin with may stand in the address. */
export function NewSegmentScreen() {
  const { rule } = useSearch({ from: '/segments/new' });
  return (
    <Screen title="New segment">
      <Needs scope="write" otherwise={<Barred scope="write" />}>
        <SegmentForm key={rule} segment={null} begun={ruleFrom(rule)} />
      </Needs>
    </Screen>
  );
}

/** A segment: who belongs, and changing it. */
export function SegmentScreen() {
  const { segmentId } = useParams({ from: '/segments/$segmentId' });
  // Asked for once, each time that it is opened: what is written must not be written over.
  const query = useQuery({ ...segmentQuery(Number(segmentId)), refetchOnWindowFocus: false, refetchOnMount: 'always' });
  return (
    <Screen
      title={query.data?.name ?? `Segment ${segmentId}`}
      about={
        query.data && (query.data.kind === 'rule' ? 'By rule, asked anew for every run' : 'Those who were put into it')
      }
      actions={query.data && <SegmentActions segment={query.data} />}
    >
      <Loaded query={query} height={480}>
        {(segment) => <SegmentForm key={segment.id} segment={segment} />}
      </Loaded>
    </Screen>
  );
}

function SegmentActions({ segment: { id, name } }: { segment: Segment }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const bar = useBar('write');
  const remove = async () => {
    if (!window.confirm(`Delete the segment “${name}”? Its contacts stay.`)) return;
    await api.DELETE('/segments/{id}', { params: { path: { id } } });
    tellDone(`“${name}” is deleted.`);
    await queries.invalidateQueries({ queryKey: ['segments'], exact: true });
    await navigate({ to: '/segments' });
  };
  const exported = () => download(`/contacts/export?format=csv&segment=${encodeURIComponent(name)}`, `${name}.csv`);
  return (
    <>
      <Button variant="default" onClick={() => void exported().catch(tellTrouble)}>
        Download CSV
      </Button>
      <Button {...bar} variant="default" onClick={() => void remove().catch(tellTrouble)}>
        Delete
      </Button>
    </>
  );
}
