import { Alert, Button, Checkbox, FileInput, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Icon } from '../elements/icon.js';
import { Panel } from '../elements/panel.js';
import { Trouble } from '../elements/trouble.js';
import { ColumnTargets } from './column-targets.js';
import { headOf, mapText, targetsOf } from './file-head.js';
import { upload } from './import-queries.js';

/** The first rows of the chosen file. */
const useHead = (file: File | null) =>
  useQuery({
    queryKey: ['file-head', file?.name, file?.size, file?.lastModified],
    enabled: file !== null,
    queryFn: () => headOf(file!),
    retry: false,
  });

/** Chooses a file, says which column is what, and imports it, or only checks it. */
export function UploadForm() {
  const [file, setFile] = useState<File | null>(null);
  const [segment, setSegment] = useState('');
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const [overwriteConsent, setOverwriteConsent] = useState(false);
  const { data: head, error: unreadable } = useHead(file);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const layout = head ? targetsOf(head.columns, mapping) : null;
  const fault = layout && 'fault' in layout ? layout.fault : null;

  const send = useMutation({
    mutationFn: (dryRun: boolean) => upload({ file: file!, segment, map: mapText(mapping), dryRun, overwriteConsent }),
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: ['imports'] });
      await navigate({ to: '/imports/$importId', params: { importId: String(id) } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate(false);
  };

  return (
    <Panel title="Import a file">
      <form onSubmit={submit}>
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
          <Trouble error={send.error ?? unreadable} />
          <Group>
            <Button type="submit" disabled={!file || fault !== null} loading={send.isPending}>
              Import
            </Button>
            <Button
              variant="default"
              disabled={!file || fault !== null}
              loading={send.isPending}
              onClick={() => send.mutate(true)}
            >
              Only check it
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
