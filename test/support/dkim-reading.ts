import { createHash, createPublicKey, type KeyLike, verify } from 'node:crypto';

/** What a DKIM signature covers, once it was found good by RFC 6376 as a receiver reads it. Throws where it is not. */
export function verifyDkim(raw: Buffer, publicKey: KeyLike): Record<string, string> & { signed: string[] } {
  const text = raw.toString('latin1');
  const end = text.indexOf('\r\n\r\n') + 2;
  const fields = text.slice(0, end).match(/^[^\s:]+:(?:.|\r\n[ \t])*\r\n/gm)!;
  const relaxed = (field: string) => {
    const [, name, value] = /^([^:]+):([^]*)\r\n$/.exec(field)!;
    const unfolded = value!.replace(/\r\n/g, '').replace(/[ \t]+/g, ' ');
    return `${name!.trim().toLowerCase()}:${unfolded.replace(/^ | $/g, '')}\r\n`;
  };
  const signature = fields.find((field) => /^dkim-signature:/i.test(field))!;
  const tags = Object.fromEntries(
    signature
      .slice(signature.indexOf(':') + 1)
      .split(';')
      .map((tag) => tag.split(/=(.*)/s).map((part) => part.replace(/\s/g, '')) as [string, string]),
  ) as Record<string, string>;
  const lines = text.slice(end + 2).split('\r\n');
  const body = lines.map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, '')).join('\r\n');
  const filled = body.replace(/(?:\r\n)+$/, '');
  const canonical = filled && `${filled}\r\n`;
  const hash = createHash('sha256').update(canonical, 'latin1').digest('base64');
  if (hash !== tags.bh) throw new Error(`the body is not the one that was signed: ${hash}, ${tags.bh}`);
  const signed = tags.h!.toLowerCase().split(':');
  const headers = signed.map((name) => {
    const found = fields.filter((field) => field.toLowerCase().startsWith(`${name}:`));
    if (found.length !== 1) throw new Error(`${name} is there ${found.length} times`);
    return relaxed(found[0]!);
  });
  const own = relaxed(signature.replace(/(;\s*b=)[^;]*\r\n$/s, '$1\r\n')).trimEnd();
  const data = Buffer.from(headers.join('') + own, 'latin1');
  const key = createPublicKey(publicKey);
  const good =
    tags.a === 'ed25519-sha256'
      ? verify(null, createHash('sha256').update(data).digest(), key, Buffer.from(tags.b!, 'base64'))
      : verify('sha256', data, key, Buffer.from(tags.b!, 'base64'));
  if (!good) throw new Error('the signature is not good');
  return { ...tags, signed } as Record<string, string> & { signed: string[] };
}
