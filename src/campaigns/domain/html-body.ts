const BEGIN = /<body(?=[\s>])/i;
const END = /^<\/body[\s>]/i;

/**
 * HTML with an addition at the end of its body, or at its own where it has none. Filled messages are looked at, each on its
 * way out: whatever stands in one, it is gone through once.
 */
export function atEnd(html: string, addition: string): string {
  const at = endOf(html);
  return html.slice(0, at) + addition + html.slice(at);
}

/** HTML with an addition at the beginning of its body, or at its own where it has none. */
export function atBegin(html: string, addition: string): string {
  const tag = BEGIN.exec(html);
  const at = tag ? html.indexOf('>', tag.index) + 1 : 0;
  return html.slice(0, at) + addition + html.slice(at);
}

function endOf(html: string): number {
  for (let before = html.length; before > 0;) {
    const at = html.lastIndexOf('</', before - 1);
    if (at === -1) break;
    if (END.test(html.slice(at, at + '</body>'.length))) return at;
    before = at;
  }
  return html.length;
}
