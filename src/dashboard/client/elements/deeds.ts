import { notifications } from '@mantine/notifications';
import { tellTrouble } from './notices.js';

/** How long something can be called off, or taken back. */
export const GRACE_MS = 8_000;

/** Something that is to be done when nobody objects. */
interface Deed {
  act: () => Promise<unknown>;
  timer: ReturnType<typeof setTimeout>;
}

/** By what is done to what, which is also the id of the notice: nothing waits twice. */
const waiting = new Map<string, Deed>();

/**
 * Does it after a while in which it can be called off; what waits already goes on waiting, and false is answered. Its timer
 * is its own: whatever becomes of the notice, and whoever leaves the page, it is done. So its requests must outlive the page
 * (`keepalive`).
 */
export function waitWith(id: string, act: () => Promise<unknown>): boolean {
  if (waiting.has(id)) return false;
  waiting.set(id, { act, timer: setTimeout(() => void carryOut(id), GRACE_MS) });
  return true;
}

/** Forgets what waits under this id, and says whether something did. */
export function callOff(id: string): boolean {
  const deed = waiting.get(id);
  clearTimeout(deed?.timer);
  notifications.hide(id);
  return waiting.delete(id);
}

async function carryOut(id: string): Promise<void> {
  const deed = waiting.get(id);
  if (callOff(id)) await deed!.act().catch(tellTrouble);
}

/** Does at once all that waits: who leaves or signs out has objected to none of it. */
export const carryOutAll = (): Promise<unknown> => Promise.all([...waiting.keys()].map(carryOut));

addEventListener('pagehide', () => void carryOutAll());
