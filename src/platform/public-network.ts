import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { once } from 'node:events';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { isPrivateAddress } from './private-address.js';

/** Why a host must not be called, if it is an address by itself: such a host is never looked up. */
export function privateLiteral(host: string): Error | null {
  const bare = host.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 && isPrivateAddress(bare) ? privateAddress(host) : null;
}

/** Resolves like the system does, and refuses a name of which any address is private: what is answered is connected to. */
export const lookupPublic = ((host: string, options: LookupOptions, done: (...answer: unknown[]) => void) =>
  resolve(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return done(error);
    if (addresses.some(({ address }) => isPrivateAddress(address))) return done(privateAddress(host));
    return options.all ? done(null, addresses) : done(null, addresses[0]!.address, addresses[0]!.family);
  })) as LookupFunction;

/**
 * Opens a TCP connection to a host of the public internet, to the very address that was checked. Rejects with an Error
 * whose `code` is EPRIVATE for a host of another network, and otherwise the system's; with an AbortError at the signal.
 */
export async function connectPublic(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const refusal = privateLiteral(host);
  if (refusal) throw refusal;
  const socket = connect({ host, port, lookup: lookupPublic });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  }
}

const privateAddress = (host: string): Error =>
  Object.assign(new Error(`${host} is a private address; ALLOW_PRIVATE_NETWORKS=true allows it`), { code: 'EPRIVATE' });
