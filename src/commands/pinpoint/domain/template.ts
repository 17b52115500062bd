import type { Channel } from '../../../audience/domain/channel.js';

/** A template in Liquid, and what of it is not the same as before. */
export interface Translated {
  text: string;
  notes: string[];
}

/** What a message's variables are worth where a contact has none: the DefaultSubstitutions of a template. */
export type Substitutions = Record<string, unknown>;

const TAG = /\{\{\{\s*((?:(?!\}\}).)*?)\s*\}\}\}|\{\{\s*(.*?)\s*\}\}|\{%/gs;
const PATH = /^[A-Za-z][\w-]*(?:\.(?:\[[^\]]+\]|[\w-]+))*$/;

/**
 * A message in Handlebars, as Pinpoint has it, in Liquid. An expression that has no counterpart becomes a tag that nobody
 * knows, so that no message with it can be taken over before somebody has replaced it.
 */
export function inLiquid(template: string, channel: Channel, defaults: Substitutions = {}): Translated {
  const notes = new Set<string>();
  const open: ('if' | 'unless')[] = [];
  const text = template.replace(TAG, (tag: string, raw: string | undefined, escaped: string | undefined) => {
    const inner = raw ?? escaped;
    if (inner === undefined) return '{{ "{%" }}';
    if (inner.startsWith('!')) return `{% comment %}${inner.replace(/^!(?:--)?|--$/g, '')}{% endcomment %}`;
    const [, helper, subject] = /^#(if|unless)\s+(.+)$/s.exec(inner) ?? [];
    const asked = subject && variable(subject, channel);
    if (helper && asked) {
      open.push(helper as 'if');
      return `{% ${helper} ${asked} != blank %}`;
    }
    if (inner === 'else' && open.length > 0) return '{% else %}';
    if (open.length > 0 && inner === `/${open.at(-1)}`) return `{% end${open.pop()} %}`;
    const printed = variable(inner, channel);
    if (printed) return print(printed, defaults[inner.replace(/\.\[0\]$/, '')], raw !== undefined);
    notes.add(`${tag} has no counterpart: replace {% not_mapped … %} before it is taken over`);
    return `{% not_mapped ${inner.replace(/%\}|\{%/g, '')} %}`;
  });
  if (text.includes(' | default: ')) notes.add('default substitutions stand in the message itself');
  return { text, notes: [...notes] };
}

function print(name: string, fallback: unknown, raw: boolean): string {
  const usual =
    typeof fallback === 'string' || typeof fallback === 'number' ? ` | default: ${quoted(`${fallback}`)}` : '';
  return `{{ ${name}${usual}${raw ? ' | raw' : ''} }}`;
}

/** Liquid knows no escapes in text. */
const quoted = (text: string): string => (text.includes('"') ? `'${text.replaceAll("'", '’')}'` : `"${text}"`);

/** The variable that a path of Handlebars is here; null for what is none. */
function variable(path: string, channel: Channel): string | null {
  if (!PATH.test(path)) return null;
  const steps = path.split('.').map((step) => step.replace(/^\[|\]$/g, ''));
  // An attribute is a list there; here it is a value.
  if (steps.length > 1 && steps.at(-1) === '0') steps.pop();
  const [first, second, third] = steps;
  if (path === 'Address') return channel === 'email' ? 'email' : channel === 'sms' ? 'phone' : null;
  if (path === 'User.UserId') return 'external_id';
  if (first === 'Demographic' && steps.length === 2) return DEMOGRAPHIC[second!] ?? attribute(snake(second!));
  if (first === 'Location' && steps.length === 2) return attribute(snake(second!));
  if ((first === 'Attributes' || first === 'Metrics') && steps.length === 2) return attribute(second!);
  if (first === 'User' && second === 'UserAttributes' && steps.length === 3) return attribute(third!);
  return null;
}

const DEMOGRAPHIC: Record<string, string> = { Timezone: 'time_zone', Locale: 'locale' };

const attribute = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `attributes.${name}` : `attributes[${quoted(name)}]`;

/** `DeviceType` as attributes are usually written: `device_type`. */
export const snake = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
