import { Alert, Button, Checkbox, FileInput, Group, Progress, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../api/problem.js';
import { share } from '../elements/figures.js';
import { Form } from '../elements/form.js';
import { Icon } from '../elements/icon.js';
import { Loaded } from '../elements/loaded.js';
import { Panel } from '../elements/panel.js';
import { Trouble } from '../elements/trouble.js';
import { ColumnTargets } from './column-targets.js';
import { headOf, mapText, targetsOf } from './file-head.js';
import { importQuery } from './import-queries.js';
import { ImportResult } from './import-result.js';
import { useUpload } from './use-upload.js';

/** The first rows of the chosen file. */
const useHead = (file: File | null) =>
  useQuery({
    queryKey: ['file-head', file?.name, file?.size, file?.lastModified],
    enabled: file !== null,
    queryFn: () => headOf(file!),
    retry: false,
  });

/** Chooses a file, says which column is what, and imports it, or only checks it, after which it is still chosen. */
export function UploadForm() {
  const [file, setFile] = useState<File | null>(null);
  const [segment, setSegment] = useState('');
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const [overwriteConsent, setOverwriteConsent] = useState(false);
  const { data: head, error: unreadable, isLoading: isReading } = useHead(file);
  const { sent, checkOf, send, isPending, isCheck, error, stop } = useUpload();
  const layout = head ? targetsOf(head.columns, mapping) : null;
  const fault = layout && 'fault' in layout ? layout.fault : null;
  const wish = (dryRun: boolean) => ({ file: file!, segment, map: mapText(mapping), dryRun, overwriteConsent });
  const checked = file && checkOf(wish(true));
  const submit = (dryRun: boolean) => send(wish(dryRun));
  // Which column is what nobody could say of a file that cannot be read.
  const unready = !file || isReading || unreadable !== null || fault !== null || isPending;

  return (
    <>
      <Panel title="Import a file">
        <Form onSubmit={() => submit(false)} busy={isPending}>
          <Stack>
            <Group align="flex-start" grow preventGrowOverflow={false}>
              <FileInput
                label="File"
                description="CSV with a header, or NDJSON; plain or packed with gzip"
                placeholder="Choose a file"
                accept=".csv,.tsv,.txt,.ndjson,.jsonl,.gz"
                leftSection={<Icon name="import" size={16} />}
                clearable
                value={file}
                onChange={(chosen) => {
                  setFile(chosen);
                  setMapping({});
                }}
                miw={240}
                clearButtonProps={{ 'aria-label': 'Choose no file' }}
              />
              <TextInput
                label="Put them into the segment"
                description="Made where there is none of that name"
                placeholder="None"
                value={segment}
                onChange={(event) => setSegment(event.currentTarget.value)}
                miw={240}
              />
            </Group>
            {head && (
              <ColumnTargets
                head={head}
                targets={layout && 'targets' in layout ? layout.targets : null}
                mapping={mapping}
                onChange={setMapping}
              />
            )}
            {fault !== null && (
              <Alert color="yellow" icon={<Icon name="warning" />} title="Say which column is what">
                {fault}
              </Alert>
            )}
            <Checkbox
              label="Let the file give back a consent that a contact took back"
              description="Usually a file is older than what people said themselves."
              checked={overwriteConsent}
              onChange={(event) => setOverwriteConsent(event.currentTarget.checked)}
            />
            {unreadable !== null && (
              <Alert color="red" icon={<Icon name="warning" />} role="alert" title="The file can not be read">
                {inFile(wordsOf(unreadable))} Mend it there, and choose the file again.
              </Alert>
            )}
            <Trouble error={error} />
            <Group>
              <Button type="submit" disabled={unready} loading={isPending && !isCheck}>
                Import
              </Button>
              <Button variant="default" disabled={unready} loading={isPending && isCheck} onClick={() => submit(true)}>
                Only check it
              </Button>
              {isPending && (
                <>
                  <Progress value={sent * 100} flex={1} miw={120} aria-label={`Uploaded: ${share(sent)}`} />
                  <Button variant="default" onClick={stop}>
                    Stop the upload
                  </Button>
                </>
              )}
            </Group>
          </Stack>
        </Form>
      </Panel>
      {checked !== null && <Checked id={checked} />}
    </>
  );
}

/** What the reader says of a file, as a sentence. */
const inFile = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** What importing the file would come to. */
function Checked({ id }: { id: number }) {
  const query = useQuery(importQuery(id));
  return (
    <section aria-label="What importing it would come to">
      <Loaded query={query} height={300}>
        {(one) => <ImportResult one={one} />}
      </Loaded>
    </section>
  );
}
