import { expect, it } from '@jest/globals';
import { startApp } from './support/app.js';

const SECRET_KEY = 'a secret of at least thirty-two characters';

it('The secret of an installation is the same for every process, or the process does not start', async () => {
  const app = await startApp({ env: { SECRET_KEY } });
  const other = (env: Record<string, string>) => startApp({ databaseUrl: app.databaseUrl, clock: app.clock, env });
  await expect(other({ SECRET_KEY: 'another secret of more than thirty-two' })).rejects.toThrow(
    /SECRET_KEY is not the one/,
  );
  await expect(other({})).rejects.toThrow(/SECRET_KEY is missing/);
  const twin = await other({ SECRET_KEY });
  await twin.close();
  await app.close();
});
