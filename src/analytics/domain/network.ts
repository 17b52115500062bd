/** The network of an address, which names nobody: 24 bits of IPv4, 48 of IPv6; null for what is neither. */
export function networkOf(address: string): string | null {
  const four = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address);
  if (four) return `${four[1]}.0`;
  if (!address.includes(':')) return null;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  const whole = [...groups, ...Array<string>(missing).fill('0'), ...last].slice(0, 3);
  return `${whole.join(':')}::`;
}
