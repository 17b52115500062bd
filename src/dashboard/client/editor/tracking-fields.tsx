import { Code, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { trackingOf, UTM_NAMES } from '../../../campaigns/domain/tracking.js';
import { isHtml } from './draft-content.js';
import { errorAt, type Step } from './step.js';

/**
 * What is counted of what recipients do, and what links tell whoever counts visits where they lead. `uncounted` are links of
 * which no click can be counted.
 */
export function TrackingFields({ step, uncounted }: { step: Step; uncounted: string[] }) {
  const { draft, set, errors } = step;
  const { channel, format, opens, clicks, utm } = draft;
  const usual = trackingOf({ channel, format });
  const counted = trackingOf({ channel, format, tracking: { opens, clicks, utm: null } });
  const choose = (name: 'opens' | 'clicks', wish: boolean) => set({ [name]: wish === usual[name] ? null : wish });
  return (
    <Stack>
      {isHtml(draft) && (
        <Switch
          label="Opens"
          description="By an image; an estimate, since mail programs load images for people, or for nobody."
          checked={counted.opens}
          onChange={(event) => choose('opens', event.currentTarget.checked)}
          error={errorAt(errors, 'tracking/opens')}
        />
      )}
      <Switch
        label="Clicks"
        description={
          isHtml(draft)
            ? 'Links lead through this installation.'
            : 'Links lead through this installation, which makes them longer.'
        }
        checked={counted.clicks}
        onChange={(event) => choose('clicks', event.currentTarget.checked)}
        error={errorAt(errors, 'tracking/clicks')}
      />
      {counted.clicks && uncounted.length > 0 && (
        <Text size="xs">
          Not counted, since a variable decides where {uncounted.length === 1 ? 'it leads' : 'they lead'}:{' '}
          {uncounted.map((target) => (
            <Code key={target} style={{ overflowWrap: 'anywhere' }}>
              {target}
            </Code>
          ))}
        </Text>
      )}
      <SimpleGrid cols={2}>
        {UTM_NAMES.map((name) => (
          <TextInput
            key={name}
            label={`utm_${name}`}
            disabled={!counted.clicks}
            value={utm[name]}
            onChange={(event) => set({ utm: { ...utm, [name]: event.currentTarget.value } })}
            error={errorAt(errors, `tracking/utm/${name}`)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
