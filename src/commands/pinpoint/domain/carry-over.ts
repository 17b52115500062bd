import { campaignOf } from './campaign.js';
import { type Remark, Reading, Remarks } from './reading.js';
import { type SegmentCode, Segments } from './segments.js';

/** A file of JSON as the SDK and the command line of Pinpoint answer. */
export interface PinpointFile {
  path: string;
  json: unknown;
}

/** What Pinpoint's campaigns and segments are here, and what became of every value. */
export interface Carried {
  segments: SegmentCode[];
  campaigns: SegmentCode[];
  remarks: Remark[];
}

type Kind = 'campaign' | 'segment' | 'template';

/**
 * Turns answers of GetCampaign, GetCampaigns, GetSegment, GetSegments and the Get…Template calls into campaigns and segments.
 * Nothing is silently left out: of every value the remarks say what became of it. `now` stands in for times that are not given.
 */
export function carryOver(files: PinpointFile[], now: Date): Carried {
  const remarks = new Remarks();
  const roots = files.map(
    ({ path, json }) => new Reading(json, remarks, { file: path, thing: 'the file', pointer: '' }),
  );
  const found = roots.flatMap((root) => [...thingsIn(root)]);
  const of = (kind: Kind) => found.flatMap((one) => (one.kind === kind ? one.reading : []));
  const segments = new Segments(of('segment'));
  const templates = new Map(
    of('template').map((template) => [keyOf(template), template.as(`template "${nameOf(template)}"`)]),
  );
  const taken = new Set<string>();
  const campaigns = of('campaign').flatMap((one) => campaignOf(one, { segments, templates, taken, now }) ?? []);
  for (const { kind, reading } of found)
    reading.as(`${kind} "${nameOf(reading)}"`).dropped(kind === 'template' ? UNUSED : 'nothing here is like it');
  for (const root of roots) root.dropped('this is no campaign, segment or template of Pinpoint');
  return { segments: segments.made, campaigns, remarks: remarks.all() };
}

const UNUSED = 'nothing that was carried over uses it';

function* thingsIn(reading: Reading): Generator<{ kind: Kind; reading: Reading }> {
  const kind = kindOf(reading);
  if (kind) return yield { kind, reading };
  reading.at('NextToken').dropped('the list goes on: fetch its next page, too');
  for (const item of [...reading.items(), ...reading.at('Item').items()]) yield* thingsIn(item);
  for (const [name, inner] of reading.entries()) if (/Response$/.test(name)) yield* thingsIn(inner);
}

function kindOf(reading: Reading): Kind | null {
  const has = (...names: string[]) => names.some((name) => reading.at(name).value !== undefined);
  if (has('TemplateType', 'TemplateName')) return 'template';
  if (has('SegmentType', 'SegmentGroups', 'Dimensions')) return 'segment';
  return has('SegmentId', 'MessageConfiguration', 'TemplateConfiguration', 'Schedule') ? 'campaign' : null;
}

const nameOf = (reading: Reading): string => reading.at('Name').text ?? reading.at('TemplateName').text ?? '?';

const keyOf = (template: Reading): string => `${template.at('TemplateType').text} ${template.at('TemplateName').text}`;
