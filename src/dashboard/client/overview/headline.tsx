import { SimpleGrid } from '@mantine/core';
import type { Overview } from '../api/types.js';
import { Figure } from '../elements/figure.js';
import { count, share } from '../elements/figures.js';
import { Sparkline } from '../elements/sparkline.js';
import { growth, points } from './change.js';

/** The period in four figures: each with its course, and how it differs from the period before. */
export function Headline({ overview: { totals, before, timeline } }: { overview: Overview }) {
  const course = (key: 'sent' | 'failed' | 'opened' | 'clicked') => timeline.map((step) => step[key]);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure
        label="Sent"
        value={count(totals.sent)}
        note={`${share(totals.rates.delivered_rate)} of those tried · ${growth(totals.sent, before.sent)}`}
        course={<Sparkline values={course('sent')} colour="var(--sent)" />}
      />
      <Figure
        label="Failed"
        value={count(totals.failed)}
        note={`${share(totals.rates.failure_rate)} · ${points(totals.rates.failure_rate, before.rates.failure_rate)}`}
        course={<Sparkline values={course('failed')} colour="var(--failed)" />}
      />
      <Figure
        label="Opened"
        value={count(totals.opened)}
        note={`${share(totals.rates.open_rate)}, an estimate · ${points(totals.rates.open_rate, before.rates.open_rate)}`}
        course={<Sparkline values={course('opened')} colour="var(--opened)" />}
      />
      <Figure
        label="Clicked"
        value={count(totals.clicked)}
        note={`${share(totals.rates.click_rate)} of those sent · ${points(totals.rates.click_rate, before.rates.click_rate)}`}
        course={<Sparkline values={course('clicked')} colour="var(--clicked)" />}
      />
    </SimpleGrid>
  );
}
