/** The name itself or, where it is taken, with the first number behind it that makes it free; at most `longest` characters. */
export function freeName(
  wanted: string,
  taken: ReadonlySet<string>,
  { longest = Infinity, between = ' ' }: { longest?: number; between?: string } = {},
): string {
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? '' : `${between}${number}`;
    const name = `${wanted.slice(0, longest - end.length).trimEnd()}${end}`;
    if (!taken.has(name)) return name;
  }
}
