import { Queue, Worker } from 'bullmq';

const QUEUE = 'recipients';
/** Jobs handed over by one call. */
const ADD = 1_000;
const CONCURRENCY = 100;

/** BullMQ that keeps nothing of what is completed: the least work for Redis. */
export async function open(url, tell) {
  const connection = { url };
  const queue = new Queue(QUEUE, { connection, defaultJobOptions: { removeOnComplete: true } });
  await queue.waitUntilReady();
  let worker;
  return {
    enqueue: async (from, count) => {
      for (let at = from; at < from + count; at += ADD) {
        const size = Math.min(ADD, from + count - at);
        await queue.addBulk(Array.from({ length: size }, (_, n) => ({ name: 'send', data: { contact_id: at + n } })));
      }
    },
    start: async () => {
      worker = new Worker(QUEUE, async () => undefined, { connection, concurrency: CONCURRENCY });
      worker.on('completed', () => tell(1));
      await worker.waitUntilReady();
    },
    stop: () => worker.close(),
    close: () => queue.close(),
  };
}
