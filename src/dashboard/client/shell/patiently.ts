import { api } from '../api/client.js';
import { answered, isSilent } from '../api/silence.js';

/** Asks the server whether it is there. */
export const isThere = async (): Promise<boolean> => {
  await api.GET('/health/live').catch(() => undefined);
  return !isSilent();
};

/**
 * Loads a part of the dashboard, as late as the server is there again. One that is there and does not have it has another
 * dashboard by now: then it throws, and the page is loaded anew.
 */
export const patiently =
  <Part>(load: () => Promise<Part>) =>
  async (): Promise<Part> => {
    for (;;) {
      try {
        return await load();
      } catch (cause) {
        if (await isThere()) throw cause;
        await answered();
      }
    }
  };
