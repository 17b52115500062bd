import { Select } from '@mantine/core';

/** Chooses the variant that is previewed, by its place; null for the message that the campaign itself has. Not there without variants. */
export function PreviewedVariant(props: {
  variants: { name: string }[];
  variant: number | null;
  onChoose: (variant: number | null) => void;
}) {
  if (props.variants.length === 0) return null;
  return (
    <Select
      label="Which message"
      size="xs"
      allowDeselect={false}
      value={String(props.variant ?? 'own')}
      onChange={(value) => props.onChoose(value === 'own' ? null : Number(value))}
      data={[
        { value: 'own', label: 'What the variants have in common' },
        ...props.variants.map(({ name }, index) => ({ value: String(index), label: `Variant ${name}` })),
      ]}
    />
  );
}
