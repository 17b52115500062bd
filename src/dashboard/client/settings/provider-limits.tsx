import { Fieldset, NumberInput, SimpleGrid } from '@mantine/core';
import { type Period, PERIODS, type ProviderDraft } from './provider-draft.js';

interface Shown {
  limits: ProviderDraft['limits'];
  onChange: (limits: ProviderDraft['limits']) => void;
  errors: Record<string, string>;
}

/** How many messages may leave in any such period, over all processes. */
export function ProviderLimits({ limits, onChange, errors }: Shown) {
  const wrong = (period: Period) => {
    const given = PERIODS.filter((each) => limits[each] !== undefined);
    return errors[`limits/${given.indexOf(period)}/limit`];
  };
  return (
    <Fieldset legend="Messages at most">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {PERIODS.map((period) => (
          <NumberInput
            key={period}
            label={period === 'hour' ? 'An hour' : `A ${period}`}
            placeholder="No limit"
            hideControls
            min={1}
            allowDecimal={false}
            thousandSeparator=" "
            value={limits[period] ?? ''}
            onChange={(value) => onChange({ ...limits, [period]: typeof value === 'number' ? value : undefined })}
            error={wrong(period)}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}
