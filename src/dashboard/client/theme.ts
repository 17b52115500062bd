import {
  Alert,
  Button,
  Checkbox,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Stepper,
} from '@mantine/core';

/** The one accent: the bronze of a bell. */
const bronze: MantineColorsTuple = [
  '#fbf3e8',
  '#f3e3cd',
  '#e8c79a',
  '#e0ad67',
  '#d3923c',
  '#c07c27',
  '#a8661a',
  '#8f5413',
  '#784610',
  '#5f370c',
];

/** The dark side is a little blue, as a night sky is, and not black. */
const dark: MantineColorsTuple = [
  '#d6d8de',
  '#b9bdc7',
  '#a0a6b3',
  '#6d7484',
  '#434b5b',
  '#333a48',
  '#252b37',
  '#1b202a',
  '#14181f',
  '#0f1217',
];

const ALERT_COLOURS: Record<string, string> = {
  red: 'var(--failed)',
  yellow: 'var(--in-doubt)',
  green: 'var(--sent)',
};

/** How the dashboard looks: one accent, one radius, one scale of type. */
export const theme = createTheme({
  colors: { bronze, dark },
  primaryColor: 'bronze',
  primaryShade: { light: 7, dark: 3 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.05rem', lineHeight: '1.4' },
      h3: { fontSize: '0.95rem', lineHeight: '1.4' },
    },
  },
  components: {
    // What stands on the accent: light on the dark bronze by day, dark on the light one by night.
    Button: Button.extend({
      vars: (_, { variant = 'filled' }) => ({
        root: variant === 'filled' ? { '--button-color': 'var(--on-accent)' } : {},
      }),
    }),
    Checkbox: Checkbox.extend({ vars: () => ({ root: { '--checkbox-icon-color': 'var(--on-accent)' } }) }),
    Stepper: Stepper.extend({ vars: () => ({ root: { '--stepper-icon-color': 'var(--on-accent)' } }) }),
    // Calm: the colour is at the edge and in the icon, the words are as readable as any.
    Alert: Alert.extend({
      vars: (_, { color }) => ({
        root: {
          '--alert-bg': 'var(--mantine-color-default)',
          '--alert-bd': `1px solid ${ALERT_COLOURS[color ?? ''] ?? 'var(--accent)'}`,
          '--alert-color': ALERT_COLOURS[color ?? ''] ?? 'var(--accent)',
        },
      }),
      styles: {
        title: { color: 'var(--mantine-color-text)' },
        message: { color: 'var(--mantine-color-text)' },
      },
    }),
    Code: { defaultProps: { color: 'var(--paper)' } },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
    Table: { defaultProps: { verticalSpacing: 'xs', horizontalSpacing: 'md' } },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
    Modal: { defaultProps: { centered: true } },
    Drawer: { defaultProps: { position: 'right' } },
  },
});

/** Colours of our own by scheme: the paper, quiet text that is still read (AA), and what the outcomes are shown in. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#5b6270',
    '--mantine-color-gray-0': '#f8f6f2',
    '--mantine-color-default-border': '#e4e0d8',
    '--paper': '#f8f6f2',
    '--line': '#e4e0d8',
    '--sent': '#2f8f4e',
    '--failed': '#d0393b',
    '--skipped': '#9aa0ab',
    '--in-doubt': '#d98a00',
    '--pending': '#d9dbe0',
    '--opened': '#2f6fb5',
    '--clicked': '#7b4bb0',
    '--accent': '#8f5413',
    '--on-accent': '#ffffff',
    '--mantine-color-anchor': '#8f5413',
    '--mantine-color-error': '#b62527',
    '--mantine-color-placeholder': '#6b7280',
  },
  dark: {
    '--mantine-color-body': '#1b202a',
    '--mantine-color-dimmed': '#a0a6b3',
    '--mantine-color-default-border': '#333a48',
    '--paper': '#14181f',
    '--line': '#333a48',
    '--sent': '#4cb873',
    '--failed': '#f06a6a',
    '--skipped': '#7d8596',
    '--in-doubt': '#f0b13c',
    '--pending': '#3d4554',
    '--opened': '#6fb0f0',
    '--clicked': '#c29bf0',
    '--accent': '#e0ad67',
    '--on-accent': '#14181f',
    '--mantine-color-anchor': '#e0ad67',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-placeholder': '#9aa1af',
  },
});
