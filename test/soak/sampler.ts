import { readdirSync, readFileSync } from 'node:fs';
import { setInterval as every } from 'node:timers/promises';
import { type Sample, samplesOf, valueOf } from '../support/metrics.js';
import type { Control } from './control.js';
import type { Samples } from './judgement.js';
import type { Alive } from './probe.js';

const SAMPLE_MS = 2_000;
/** Every so many samples the garbage is collected, which takes time and should not be what is measured. */
const COLLECT_EVERY = 5;

/** Where an application process can be looked at. */
export interface Place {
  pid: number;
  metricsPort: number;
  probePort: number;
}

/** Looks at an application process from outside, again and again. */
export class Sampler {
  readonly samples: Samples = {
    ...{ resident: [], heap: [], descriptors: [], handles: [], late: [], lateBeside: [], busy: [] },
  };
  private readonly begun = performance.now();

  constructor(
    private readonly place: Place,
    private readonly control: Control,
  ) {}

  /** Samples until told otherwise. Rejects where the process does not answer. */
  async run(signal: AbortSignal): Promise<void> {
    await this.metrics();
    await this.control.p99();
    let count = 0;
    try {
      for await (const _ of every(SAMPLE_MS, undefined, { signal })) await this.sample(count++ % COLLECT_EVERY === 0);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  }

  /** What the application says of itself now. */
  async metrics(): Promise<Sample[]> {
    const answer = await fetch(`http://127.0.0.1:${this.place.metricsPort}/metrics`);
    return samplesOf(await answer.text());
  }

  private async sample(collecting: boolean): Promise<void> {
    const { samples, place } = this;
    const at = (performance.now() - this.begun) / 1000;
    samples.resident.push([at, residentBytes(place.pid)]);
    samples.descriptors.push([at, readdirSync(`/proc/${place.pid}/fd`).length]);
    const [metrics, beside] = await Promise.all([this.metrics(), this.control.p99()]);
    samples.late.push([at, valueOf(metrics, 'campanile_event_loop_delay_seconds', { statistic: 'p99' })!]);
    samples.lateBeside.push([at, beside]);
    samples.busy.push([at, valueOf(metrics, 'campanile_database_connections', { state: 'busy' })!]);
    if (!collecting) return;
    const alive = (await (await fetch(`http://127.0.0.1:${place.probePort}/`)).json()) as Alive;
    samples.heap.push([at, alive.heap]);
    samples.handles.push([at, alive.handles]);
  }
}

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}
