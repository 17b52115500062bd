import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FactScope } from '../../../audience/domain/segment-rule.js';
import { campaignsQuery } from '../campaigns/campaign-queries.js';

/** Of which messages something happened: of one campaign, of the last while, or both. */
export function FactFields(props: {
  scope: FactScope;
  error: string | undefined;
  onChange: (scope: FactScope) => void;
}) {
  const { scope, error, onChange } = props;
  const { data: campaigns } = useQuery(campaignsQuery);
  const choose = (id: string | null) => {
    const { campaign: _, ...rest } = scope;
    onChange(id === null ? rest : { ...rest, campaign: Number(id) });
  };
  const within = (text: string) => {
    const { within_last: _, ...rest } = scope;
    onChange(text === '' ? rest : { ...rest, within_last: text });
  };
  return (
    <>
      <Select
        size="xs"
        w={{ base: '100%', sm: 190 }}
        aria-label="Of which campaign"
        placeholder="of any campaign"
        searchable
        clearable
        data={(campaigns ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
        value={scope.campaign === undefined ? null : String(scope.campaign)}
        onChange={choose}
        clearButtonProps={{ 'aria-label': 'Of any campaign' }}
      />
      <TextInput
        size="xs"
        w={{ base: '100%', sm: 150 }}
        aria-label="Within the last"
        placeholder="ever, or 30 days"
        leftSection="in"
        value={scope.within_last ?? ''}
        onChange={(event) => within(event.currentTarget.value)}
        error={error}
      />
    </>
  );
}
