import type { Channel } from './channel.js';

/** An address as its owner recognises it and nobody else can use it: `a•••@example.com`, `+49•••••••78`. */
export function shortenAddress(address: string, channel: Channel): string {
  switch (channel) {
    case 'email':
      return address.replace(/^(.)[^@]*/u, '$1•••');
    case 'sms':
      return `${address.slice(0, 3)}${'•'.repeat(Math.max(0, address.length - 5))}${address.slice(-2)}`;
    case 'push':
      return 'This browser or device';
  }
}
