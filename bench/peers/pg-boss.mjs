import { PgBoss } from 'pg-boss';

const QUEUE = 'recipients';
/** Jobs handed over by one statement, and fetched and completed by one; more gains nothing. */
const INSERT = 10_000;
const FETCH = 2_000;

/** pg-boss with a table of its own for the queue, large batches, and fetching on and on while batches are full. */
export async function open(connectionString, tell) {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false, registerInstance: false });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE, { partition: true });
  const options = { batchSize: FETCH, localConcurrency: 2, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
  return {
    enqueue: async (from, count) => {
      for (let at = from; at < from + count; at += INSERT) {
        const size = Math.min(INSERT, from + count - at);
        await boss.insert(
          QUEUE,
          Array.from({ length: size }, (_, n) => ({ data: { contact_id: at + n } })),
        );
      }
    },
    start: () => boss.work(QUEUE, options, async (jobs) => tell(jobs.length)),
    stop: () => boss.offWork(QUEUE),
    close: () => boss.stop({ graceful: false }),
  };
}
