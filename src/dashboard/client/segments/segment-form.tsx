import { Button, Grid, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { fieldErrors } from '../api/problem.js';
import type { Segment } from '../api/types.js';
import { Form } from '../elements/form.js';
import { TextLink } from '../elements/links.js';
import { MovedOn } from '../elements/moved-on.js';
import { Needs } from '../elements/needs.js';
import { Panel } from '../elements/panel.js';
import { useUnsaved } from '../elements/unsaved.js';
import { faultOf, faultOfText, RuleEditor } from './rule-editor.js';
import type { Tree } from './rule-tree.js';
import { SegmentSample } from './segment-sample.js';
import { useSegment } from './use-segment.js';

/** A segment's name and rule, beside whom it finds; a new one may have a rule begun already. */
export function SegmentForm({ segment: given, begun = null }: { segment: Segment | null; begun?: Tree | null }) {
  const { segment, draft, save, theirs, dirty, write, readTheirs } = useSegment(given, begun);
  const [json, setJson] = useState<string | null>(null);
  const { kind, name, description, rule } = draft;
  const fault = kind === 'static' ? null : json === null ? faultOf(rule) : faultOfText(json);
  // A text that is no rule yet is not in the draft, and would be lost all the same.
  const unsaved = dirty || (json !== null && fault !== null);
  useUnsaved(() => unsaved);
  const errors = fieldErrors(save.error);
  const refused = Object.entries(errors).find(([field]) => field.split('/')[0] === 'rule')?.[1];
  // What nobody has typed in yet is wrong only once it is to be kept.
  const [asked, setAsked] = useState(false);
  const fields = useRef<HTMLDivElement>(null);
  const keep = () => {
    if (fault === null) return save.mutate(draft);
    flushSync(() => setAsked(true));
    fields.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  };
  const found = kind === 'rule' ? (fault === null ? rule : null) : segment && { segment: segment.name };

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Panel>
          <Needs scope="write">
            <Form onSubmit={keep} busy={save.isPending}>
              <Stack ref={fields}>
                <TextInput
                  label="Name"
                  required
                  value={name}
                  onChange={(event) => write({ name: event.currentTarget.value })}
                  error={errors.name}
                />
                <TextInput
                  label="Description"
                  value={description}
                  onChange={(event) => write({ description: event.currentTarget.value })}
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
                    onChange={(value) => write({ kind: value as Segment['kind'] })}
                  />
                )}
                {kind === 'rule' ? (
                  <RuleEditor
                    key={segment?.version}
                    rule={rule}
                    json={json}
                    allFaults={asked}
                    onChange={(changed) => write({ rule: changed })}
                    onJson={setJson}
                  />
                ) : (
                  <Text size="sm" c="dimmed">
                    Contacts come into it with an{' '}
                    <TextLink underline="always" to="/imports">
                      import
                    </TextLink>
                    , or one by one through the API.
                  </Text>
                )}
                <MovedOn
                  error={Object.keys(errors).length === 0 ? save.error : null}
                  theirs={theirs}
                  onRead={async () => {
                    await readTheirs(segment!);
                    if (fault === null) setJson(null);
                  }}
                />
                {refused !== undefined && <Text c="var(--mantine-color-error)">{refused}</Text>}
                <Group>
                  <Button
                    type="submit"
                    loading={save.isPending}
                    disabled={name.trim() === '' || (json !== null && fault !== null) || (segment !== null && !unsaved)}
                  >
                    Save
                  </Button>
                </Group>
              </Stack>
            </Form>
          </Needs>
        </Panel>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <SegmentSample rule={found} />
      </Grid.Col>
    </Grid>
  );
}
