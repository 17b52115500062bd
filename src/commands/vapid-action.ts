import { VapidKeysService } from '../delivery/vapid-keys.service.js';
import { command } from './command.js';

/** `vapid`: needs no database. */
export function makeVapidKeys(json: boolean): Promise<void> {
  return command(json, (terminal) => {
    const keys = new VapidKeysService().generate();
    terminal.result(keys, `public_key: ${keys.public_key}\nprivate_key: ${keys.private_key}`);
    return Promise.resolve();
  });
}
