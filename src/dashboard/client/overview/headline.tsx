import { SimpleGrid, Stack } from '@mantine/core';
import type { Overview } from '../api/types.js';
import { Figure } from '../elements/figure.js';
import { count, countedWords, rateWords, share } from '../elements/figures.js';
import { RateBases } from '../elements/rate-bases.js';
import { sharesOf } from '../elements/shares.js';
import { Sparkline } from '../elements/sparkline.js';
import { growth, points } from './change.js';

/** The period in four figures: each with its course, and how it differs from the period before. */
export function Headline({ overview: { totals, before, timeline } }: { overview: Overview }) {
  // What is not counted has no course: a click tells of an open all the same.
  const isCounted = { sent: true, failed: true, opened: totals.open_base > 0, clicked: totals.click_base > 0 };
  const course = (key: keyof typeof isCounted) => timeline.map((step) => (isCounted[key] ? step[key] : 0));
  const [shares, earlierShares] = [sharesOf(totals), sharesOf(before)];
  const rated = (deed: 'opened' | 'clicked') => {
    const [now, earlier] = [shares[deed], earlierShares[deed]];
    return `${rateWords(now, totals.sent)}${now === null ? '' : ` · ${points(now, earlier)}`}`;
  };
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure
          label="Sent"
          value={count(totals.sent)}
          note={`${share(shares.sent)} · ${growth(totals.sent, before.sent)}`}
          course={<Sparkline values={course('sent')} colour="var(--sent)" />}
        />
        <Figure
          label="Failed"
          value={count(totals.failed)}
          note={`${share(shares.failed)} · ${points(shares.failed, earlierShares.failed)}`}
          course={<Sparkline values={course('failed')} colour="var(--failed)" />}
        />
        <Figure
          label="Opened"
          value={countedWords(totals.opened, totals.open_base, totals.sent)}
          note={rated('opened')}
          course={<Sparkline values={course('opened')} colour="var(--opened)" />}
        />
        <Figure
          label="Clicked"
          value={countedWords(totals.clicked, totals.click_base, totals.sent)}
          note={rated('clicked')}
          course={<Sparkline values={course('clicked')} colour="var(--clicked)" />}
        />
      </SimpleGrid>
      <RateBases />
    </Stack>
  );
}
