import { Text } from '@mantine/core';
import { wordsOfCode } from './figures.js';

/** A value as people read it: of a list each on a line, of an object what it has. */
function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(valueWords).join('\n');
  if (typeof value !== 'object') return String(value);
  const parts = Object.entries(value).filter(([, part]) => part !== null && part !== '');
  return parts.map(([name, part]) => `${wordsOfCode(name)}: ${valueWords(part)}`).join(', ') || '–';
}

/** The value of a field, the beginning of one that is long. */
export const Value = ({ of }: { of: unknown }) => (
  <Text span inherit lineClamp={8} style={{ whiteSpace: 'pre-wrap' }}>
    {valueWords(of)}
  </Text>
);
