import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { compileContent } from '../src/campaigns/domain/content.js';
import { RenderPool } from '../src/delivery/rendering/render-pool.js';
import { RenderProcess } from '../src/delivery/rendering/render-process.js';
import { RenderUnavailable } from '../src/delivery/rendering/render-stopped.js';

/** A pool to which the system refuses its first processes. */
class RefusedPool extends RenderPool {
  refusals = 3;

  protected override start(): RenderProcess {
    if (this.refusals-- > 0) throw new RenderUnavailable('no more processes');
    return super.start();
  }
}

const unheard: unknown[] = [];
const hear = (error: unknown) => void unheard.push(error);
beforeEach(() => void process.on('unhandledRejection', hear));
afterEach(() => void process.off('unhandledRejection', hear));

const job = (fields: object) => ({ sources: [{ format: 'text', template: 'Hi {{ name }}' } as const], fields });

it('a process that could not be started takes up no place for ever', async () => {
  const pool = new RefusedPool();
  for (const _ of 'abc') await expect(pool.fill(job({}))).rejects.toThrow('no more processes');
  const filled = await Promise.all(['Ada', 'Bob', 'Cyd'].map((name) => pool.fill(job({ name }))));
  expect(filled).toEqual([['Hi Ada'], ['Hi Bob'], ['Hi Cyd']]);
  pool.onModuleDestroy();
});

it('a job that cannot be handed over fails alone, and ends neither us nor the process', async () => {
  const renders = new RenderProcess();
  const child = Reflect.get(renders, 'child') as ChildProcess;
  await renders.fill(job({}));
  const before = child.listenerCount('message');
  await expect(renders.fill(job({ name: () => 'nobody' }))).rejects.toThrow('could not be cloned');
  expect(child.listenerCount('message')).toBe(before);
  expect(await renders.fill(job({ name: 'Ada' }))).toEqual(['Hi Ada']);
  await renders.fill(job({ name: () => 'nobody' })).catch(() => undefined);
  renders.end();
  await once(child, 'exit');
  await nextTurn();
  expect(unheard).toEqual([]);
});

it('a message is escaped here as everywhere: once in HTML, and not at all in text', async () => {
  const html = `{{ name | escape }} {% capture x %}<i>{{ name }}</i>{% endcapture %}{{ x }}{% cycle x, name %}{{ x | append: name }}
    {% capture y %}{{ name | raw }}{% endcapture %}{{ y }}{% assign z = name | escape %}{{ z }}{% echo z | upcase %}`;
  const content = compileContent({ subject: '{{ name }}', message: html, format: 'html' });
  const pool = new RenderPool();
  const [subject, body] = await pool.fill({ sources: content.sources, fields: { name: '<&' } });
  pool.onModuleDestroy();
  expect(subject).toBe('<&');
  expect(body!.replace(/\s+/g, ' ')).toBe(
    '&lt;&amp; <i>&lt;&amp;</i><i>&lt;&amp;</i>&lt;i&gt;&amp;lt;&amp;amp;&lt;/i&gt;&lt;&amp; ' +
      '&lt;&amp;&lt;&amp;&amp;LT;&amp;AMP;',
  );
});
