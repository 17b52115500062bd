import { Logger, makeWorkerUtils, run } from 'graphile-worker';

/** Jobs handed over by one call: its documentation adds all at once, and more gains nothing. */
const ADD = 10_000;
const silent = new Logger(() => () => undefined);

/**
 * graphile-worker with the settings of its own performance test: 24 concurrent jobs, a local queue of 500, completions
 * gathered into one statement.
 */
export async function open(connectionString, tell) {
  const preset = {
    worker: {
      connectionString,
      maxPoolSize: 25,
      concurrentJobs: 24,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
      logger: silent,
    },
  };
  const utils = await makeWorkerUtils({ preset });
  await utils.migrate();
  let runner;
  return {
    enqueue: async (from, count) => {
      for (let at = from; at < from + count; at += ADD) {
        const size = Math.min(ADD, from + count - at);
        await utils.addJobs(
          Array.from({ length: size }, (_, n) => ({ identifier: 'send', payload: { contact_id: at + n } })),
        );
      }
    },
    start: async () => {
      const taskList = { send: () => void tell(1) };
      runner = await run({ preset, taskList, parsedCronItems: [], noHandleSignals: true });
    },
    stop: () => runner.stop(),
    close: () => utils.release(),
  };
}
