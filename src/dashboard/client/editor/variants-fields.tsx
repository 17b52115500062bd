import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { FEWEST_VARIANTS, LEADER, MOST_VARIANTS, WAIT } from '../../../campaigns/domain/variants.js';
import { isHtml } from './draft-content.js';
import { type DraftVariant, firstTest, newVariant, NO_TEST } from './draft-variants.js';
import { CODE } from './draft-text.js';
import { errorAt, type Step } from './step.js';

interface Choice {
  step: Step;
  /** The place of the variant that is written. */
  chosen: number;
  onChoose: (chosen: number | null) => void;
}

/** The messages that are compared, one of them at a time. */
export function VariantsFields({ step, chosen, onChoose }: Choice) {
  const { draft, set, errors } = step;
  const { variants } = draft;
  const add = () => {
    set({ variants: [...variants, newVariant(variants)] });
    onChoose(variants.length);
  };
  return (
    <Stack>
      <Switch
        label={`Compare ${FEWEST_VARIANTS} to ${MOST_VARIANTS} messages`}
        description="Each goes to a part of the audience; the one that works best can go to the rest."
        checked={variants.length > 0}
        onChange={(event) => {
          onChoose(event.currentTarget.checked ? 0 : null);
          set(event.currentTarget.checked ? firstTest(draft) : NO_TEST);
        }}
        error={errors.variants}
      />
      {variants.length > 0 && (
        <>
          <Group gap="xs">
            <SegmentedControl
              aria-label="Variant"
              data={variants.map(({ name }, index) => ({ value: String(index), label: name || `${index + 1}` }))}
              value={String(chosen)}
              onChange={(value) => onChoose(Number(value))}
            />
            {variants.length < MOST_VARIANTS && (
              <Button variant="subtle" size="xs" onClick={add}>
                Add a variant
              </Button>
            )}
          </Group>
          <VariantFields step={step} chosen={chosen} onChoose={onChoose} />
        </>
      )}
    </Stack>
  );
}

function VariantFields({ step: { draft, set, errors }, chosen, onChoose }: Choice) {
  const { variants, on_undecided, winner_by } = draft;
  const variant = variants[chosen]!;
  const change = (changed: Partial<DraftVariant>) =>
    set({
      variants: variants.map((one, index) => (index === chosen ? { ...one, ...changed } : one)),
      // Who wins where none is better is told by name.
      ...(changed.name !== undefined && on_undecided === variant.name && { on_undecided: changed.name }),
    });
  const remove = () => {
    set({
      variants: variants.filter((one) => one !== variant),
      // With people nobody leads; without them nobody is waited for.
      ...(on_undecided === variant.name && { on_undecided: winner_by === 'hand' ? WAIT : LEADER }),
    });
    onChoose(0);
  };
  const field = (name: Exclude<keyof DraftVariant, 'share'>, at: string = name) => ({
    value: variant[name],
    placeholder: name === 'name' ? undefined : draft[name].split('\n', 1)[0] || undefined,
    onChange: (event: { currentTarget: { value: string } }) => change({ [name]: event.currentTarget.value }),
    error: errorAt(errors, `variants/${chosen}/${at}`),
  });
  return (
    <>
      <Text size="xs" c="dimmed">
        What is empty is as the campaign says it.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="Name of the variant" {...field('name')} />
        <NumberInput
          label="Share, in percent"
          placeholder="Equal shares"
          min={1}
          max={99}
          allowDecimal={false}
          value={variant.share ?? ''}
          onChange={(share) => change({ share: share === '' ? null : Number(share) })}
          error={errorAt(errors, `variants/${chosen}/share`)}
        />
      </SimpleGrid>
      {draft.channel !== 'sms' && (
        <TextInput
          label={draft.channel === 'email' ? 'Subject of the variant' : 'Title of the variant'}
          {...field('subject')}
        />
      )}
      {isHtml(draft) && <TextInput label="Preheader of the variant" {...field('preheader')} />}
      <Textarea label="Message of the variant" autosize minRows={3} maxRows={16} styles={CODE} {...field('message')} />
      {isHtml(draft) && draft.text !== '' && (
        <Textarea label="Text of the variant" autosize minRows={2} maxRows={16} styles={CODE} {...field('text')} />
      )}
      {draft.channel === 'email' && (
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput label="Its sender’s name" {...field('sender_name', 'sender/name')} />
          <TextInput label="Its sender’s address" {...field('sender_email', 'sender/email')} />
          <TextInput label="Its answers go to" {...field('reply_to')} />
        </SimpleGrid>
      )}
      {draft.channel === 'push' && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label="Opens" {...field('url')} />
          <TextInput label="Picture" {...field('icon')} />
        </SimpleGrid>
      )}
      {variants.length > FEWEST_VARIANTS && (
        <Button variant="subtle" size="xs" w="fit-content" onClick={remove}>
          Remove variant {variant.name}
        </Button>
      )}
    </>
  );
}
