import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** As the product measures itself. */
const RESOLUTION_MS = 20;

/** A thread that does nothing but notice how late its timers are: what a busy machine does to any process. */
export class Control {
  private readonly worker = new Worker(new URL(import.meta.url));

  /** Seconds that timers were late there since the last question, the 99th of a hundred. */
  async p99(): Promise<number> {
    this.worker.postMessage('p99');
    const [seconds] = (await once(this.worker, 'message')) as [number];
    return seconds;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

if (!isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  parentPort!.on('message', () => {
    parentPort!.postMessage(delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e9 - RESOLUTION_MS / 1e3));
    delay.reset();
  });
}
