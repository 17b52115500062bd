/** How many values a filter takes, at least and at most. */
type Takes = readonly [least: number, most: number];

const taking = (least: number, most: number, names: string): [string, Takes][] =>
  names.split(' ').map((name) => [name, [least, most]]);

/** The filters there are. LiquidJS calls each with whatever is written: what is too much is lost, what lacks is nothing. */
const FILTERS: ReadonlyMap<string, Takes> = new Map([
  ...taking(0, 0, 'escape xml_escape escape_once newline_to_br strip_html strip_newlines squish normalize_whitespace'),
  ...taking(0, 0, 'downcase upcase capitalize url_encode url_decode cgi_escape uri_escape base64_encode base64_decode'),
  ...taking(0, 0, 'abs ceil floor to_integer size first last reverse compact uniq pop shift raw sha256'),
  ...taking(0, 0, 'date_to_xmlschema date_to_rfc822'),
  ...taking(0, 1, 'strip lstrip rstrip round join sort sort_natural sum sample number_of_words'),
  ...taking(0, 1, 'array_to_sentence_string json jsonify inspect'),
  ...taking(0, 2, 'slugify truncate truncatewords date date_to_string date_to_long_string'),
  ...taking(1, 1, 'default append prepend remove remove_first remove_last split hmac_sha256'),
  ...taking(1, 1, 'at_least at_most minus plus times modulo map concat push unshift group_by'),
  ...taking(1, 2, 'divided_by slice replace replace_first replace_last where reject has find find_index'),
  ...taking(2, 2, 'where_exp reject_exp group_by_exp has_exp find_exp find_index_exp'),
]);

/** What filters take by name. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = { default: ['allow_false'] };

/** The names of all filters. */
export const FILTER_NAMES: readonly string[] = [...FILTERS.keys()];

/** What is wrong with how a filter that there is is called; null where nothing is. */
export function callFault(name: string, values: number, options: readonly string[]): string | null {
  const [least, most] = FILTERS.get(name)!;
  if (values < least || values > most) return `the filter ${name} takes ${takes(least, most)}, and has ${values} here`;
  const unknown = options.find((option) => !OPTIONS[name]?.includes(option));
  return unknown === undefined ? null : `the filter ${name} takes nothing by the name ${unknown}`;
}

function takes(least: number, most: number): string {
  if (most === 0) return 'no value';
  if (least === most) return least === 1 ? 'one value' : `${least} values`;
  return least === 0 ? `at most ${most === 1 ? 'one value' : `${most} values`}` : `${least} or ${most} values`;
}
