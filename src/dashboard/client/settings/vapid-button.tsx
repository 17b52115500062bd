import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api, body } from '../api/client.js';
import { tellTrouble } from '../elements/notices.js';
import type { ProviderDraft } from './provider-draft.js';

interface Shown {
  draft: ProviderDraft;
  onMade: (change: Partial<ProviderDraft>) => void;
}

/** Fills in a new pair of keys. */
export function VapidButton({ draft, onMade }: Shown) {
  const make = useMutation({
    mutationFn: () => body(api.POST('/providers/vapid-keys')),
    onSuccess: ({ public_key, private_key }) =>
      onMade({ settings: { ...draft.settings, public_key }, secrets: { ...draft.secrets, private_key } }),
    onError: tellTrouble,
  });
  return (
    <Button variant="default" size="xs" w="fit-content" loading={make.isPending} onClick={() => make.mutate()}>
      Make a new pair of keys
    </Button>
  );
}
