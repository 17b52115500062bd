import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, body } from '../api/client.js';
import type { RunVariants } from '../api/types.js';
import { countOf } from '../elements/figures.js';
import { useBar } from '../elements/needs.js';
import { tellDone } from '../elements/notices.js';
import { Trouble } from '../elements/trouble.js';

/** Lets somebody choose the winner of a run by hand. What follows cannot be taken back, so that it is asked for twice. */
export function WinnerChoice({ run: { run_id: id, waiting }, variant }: { run: RunVariants; variant: string }) {
  const queries = useQueryClient();
  const [asking, ask] = useState(false);
  const choose = useMutation({
    mutationFn: () => body(api.POST('/runs/{id}/winner', { params: { path: { id } }, body: { variant } })),
    onSuccess: async () => {
      ask(false);
      tellDone(`“${variant}” is the winner.`);
      await Promise.all(['reports', 'runs', 'analytics'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  return (
    <>
      <Button
        {...useBar('write')}
        size="xs"
        variant="default"
        onClick={() => ask(true)}
        aria-label={`Choose ${variant} as the winner`}
      >
        Choose
      </Button>
      <Modal
        opened={asking}
        onClose={() => ask(false)}
        title={<Text fw={650}>Send “{variant}” to all who wait?</Text>}
        closeButtonProps={{ 'aria-label': 'Close' }}
        // The page has its banner already.
        attributes={{ header: { role: 'presentation' } }}
      >
        <Text size="sm" mb="md" ta="left">
          {countOf(waiting.audience, 'recipient')} of run #{id} get it as soon as they can. This cannot be taken back,
          and no other variant can be chosen for this run.
        </Text>
        <Trouble error={choose.error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => ask(false)}>
            Not yet
          </Button>
          <Button loading={choose.isPending} onClick={() => choose.mutate()}>
            Send it
          </Button>
        </Group>
      </Modal>
    </>
  );
}
