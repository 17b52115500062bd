import { Button, Grid, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, body } from '../api/client.js';
import { fieldErrors } from '../api/problem.js';
import type { Segment } from '../api/types.js';
import { TextLink } from '../elements/links.js';
import { tellDone } from '../elements/notices.js';
import { Panel } from '../elements/panel.js';
import { Trouble } from '../elements/trouble.js';
import { faultOf, RuleEditor } from './rule-editor.js';
import { NEW_LEAF, type Tree } from './rule-tree.js';
import { SegmentSample } from './segment-sample.js';

/** A segment's name and rule, beside whom it finds; a new one may have a rule begun already. */
export function SegmentForm({ segment, begun = null }: { segment: Segment | null; begun?: Tree | null }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [kind, setKind] = useState(segment?.kind ?? 'rule');
  const [name, setName] = useState(segment?.name ?? '');
  const [description, setDescription] = useState(segment?.description ?? '');
  const [rule, setRule] = useState<Tree>((segment?.rule as Tree | null) ?? begun ?? { all: [NEW_LEAF] });
  const fault = kind === 'rule' ? faultOf(rule) : null;

  const save = useMutation({
    mutationFn: () => {
      const wish = {
        name,
        description: description || null,
        ...(kind === 'rule' ? { rule: rule as unknown as Record<string, never> } : {}),
      };
      if (segment === null) return body(api.POST('/segments', { body: wish }));
      const headers = { 'If-Match': `"${segment.version}"` };
      return body(api.PATCH('/segments/{id}', { params: { path: { id: segment.id } }, headers, body: wish }));
    },
    onSuccess: async ({ id }) => {
      tellDone(`“${name}” is saved.`);
      await queries.invalidateQueries({ queryKey: ['segments'] });
      await navigate({ to: '/segments/$segmentId', params: { segmentId: String(id) } });
    },
  });
  const errors = fieldErrors(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Panel>
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label="Name"
                required
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                error={errors.name}
              />
              <TextInput
                label="Description"
                value={description}
                onChange={(event) => setDescription(event.currentTarget.value)}
                error={errors.description}
              />
              {segment === null && (
                <SegmentedControl
                  aria-label="Kind"
                  data={[
                    { value: 'rule', label: 'By a rule' },
                    { value: 'static', label: 'A list of contacts' },
                  ]}
                  value={kind}
                  onChange={(value) => setKind(value as Segment['kind'])}
                />
              )}
              {kind === 'rule' ? (
                <RuleEditor rule={rule} onChange={setRule} />
              ) : (
                <Text size="sm" c="dimmed">
                  Contacts come into it with an{' '}
                  <TextLink underline="always" to="/imports">
                    import
                  </TextLink>
                  , or one by one through the API.
                </Text>
              )}
              {Object.keys(errors).length === 0 && <Trouble error={save.error} />}
              {errors.rule && <Text c="var(--mantine-color-error)">{errors.rule}</Text>}
              <Group>
                <Button type="submit" loading={save.isPending} disabled={name.trim() === '' || fault !== null}>
                  Save
                </Button>
                <Text size="xs" c="dimmed" flex={1}>
                  {fault}
                </Text>
              </Group>
            </Stack>
          </form>
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <SegmentSample
          rule={kind === 'static' ? (segment ? { segment: segment.name } : null) : fault === null ? rule : null}
        />
      </Grid.Col>
    </Grid>
  );
}
