import { Group, Text } from '@mantine/core';
import { type PointerEvent, useState } from 'react';
import type { StepCounts, TimelineStep } from '../api/types.js';
import { count } from './figures.js';
import { linePoints } from './line-points.js';
import { Dot } from './status.js';
import { OWN_ZONE, stepWords } from './time.js';

/** What ended, from the bottom up, and what recipients then did, which is drawn as lines over it. */
const ENDS = [
  ['sent', 'Sent', 'var(--sent)'],
  ['failed', 'Failed', 'var(--failed)'],
  ['in_doubt', 'In doubt', 'var(--in-doubt)'],
  ['skipped', 'Skipped', 'var(--skipped)'],
] as const;
const DEEDS = [
  ['opened', 'Opened', 'var(--opened)', 'open_base'],
  ['clicked', 'Clicked', 'var(--clicked)', 'click_base'],
] as const;

/** A line is drawn over one of the panel's ground, wider: no colour stands out from that and from all bars as well. */
const STROKES: [width: number, ground?: string][] = [
  [7, 'light-dark(var(--mantine-color-white), var(--mantine-color-dark-6))'],
  [2.5],
];

/** How much wider than a line the point is that stands for one of a single step: that of opens is seen beneath that of clicks. */
const POINT = { opened: 10, clicked: 4 };

const HEIGHT = 100;

/** As if there were so many steps at least: one alone is a bar, and not a wall. */
const FEWEST = 12;

interface Shown {
  steps: TimelineStep[];
  totals: StepCounts;
  by: 'minute' | 'hour' | 'day';
  zone?: string;
  /** What messages count at all: of the sent those that tell of opens and of clicks. What none counts is not shown. */
  bases: { open_base: number; click_base: number };
}

/** What became of recipients step by step. The figures below are the totals, or those of the step that is pointed at. */
export function StepChart({ steps, totals, by, zone = OWN_ZONE, bases }: Shown) {
  const deeds = DEEDS.filter(([, , , base]) => bases[base] > 0);
  const [index, point] = useState<number | null>(null);
  const pointed = index === null ? undefined : steps[index];
  const most = Math.max(1, ...steps.map((step) => Math.max(ended(step), step.opened, step.clicked)));
  const height = (value: number) => (value / most) * HEIGHT;
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    point(
      Math.min(
        steps.length - 1,
        Math.max(0, Math.floor(((event.clientX - left) / width) * Math.max(FEWEST, steps.length))),
      ),
    );
  };
  const words = (step: TimelineStep | undefined) => step && stepWords(new Date(step.from), by, zone);
  return (
    <figure className="step-chart">
      <Text size="xs" c="dimmed" className="figures">
        {pointed
          ? `${words(pointed)}, ${zone}`
          : `Up to ${count(most)} in ${by === 'hour' ? 'an' : 'a'} ${by}; times of ${zone}`}
      </Text>
      <svg
        viewBox={`0 0 ${Math.max(FEWEST, steps.length)} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`From ${words(steps[0])} to ${words(steps.at(-1))} by the clock of ${zone}: ${inWords(totals, [...ENDS, ...deeds])}`}
        onPointerMove={follow}
        onPointerLeave={() => point(null)}
      >
        {steps.map((step, at) => (
          <Stack key={step.from} step={step} x={at} height={height} faint={index !== null && index !== at} />
        ))}
        {STROKES.flatMap(([width, ground]) =>
          deeds
            .filter(([key]) => totals[key] > 0)
            .map(([key, , colour]) => (
              <polyline
                key={`${key} ${width}`}
                points={linePoints(steps.map((step) => HEIGHT - height(step[key])))}
                fill="none"
                stroke={ground ?? colour}
                strokeWidth={steps.length === 1 ? width + POINT[key] : width}
                strokeLinejoin="round"
                strokeLinecap="round"
                vectorEffect="non-scaling-stroke"
              />
            )),
        )}
      </svg>
      <Group justify="space-between" gap="xs">
        {(steps.length < FEWEST ? [steps[0]] : [steps[0], steps[steps.length >> 1], steps.at(-1)]).map((step, at) => (
          <Text key={at} size="xs" c="dimmed" className="figures">
            {words(step)}
          </Text>
        ))}
      </Group>
      <Group gap="4px 20px" mt="xs" component="figcaption" className="figures">
        {[...ENDS, ...deeds].map(([key, label, colour]) => (
          <Text key={key} size="xs" component="div">
            <Dot colour={colour}>{`${label} ${count((pointed ?? totals)[key])}`}</Dot>
          </Text>
        ))}
      </Group>
    </figure>
  );
}

function Stack(props: { step: TimelineStep; x: number; height: (value: number) => number; faint: boolean }) {
  const { step, x, height, faint } = props;
  return (
    <g opacity={faint ? 0.45 : 1}>
      {ENDS.map(([key, , colour], at) => {
        const below = ENDS.slice(0, at).reduce((sum, [under]) => sum + step[under], 0);
        return step[key] === 0 ? null : (
          <rect
            key={key}
            x={x + 0.1}
            width={0.8}
            y={HEIGHT - height(below + step[key])}
            height={height(step[key])}
            fill={colour}
          />
        );
      })}
    </g>
  );
}

const ended = (step: StepCounts): number => ENDS.reduce((sum, [key]) => sum + step[key], 0);

const inWords = (counts: StepCounts, shown: ((typeof ENDS)[number] | (typeof DEEDS)[number])[]): string =>
  shown.map(([key, label]) => `${label.toLowerCase()} ${count(counts[key])}`).join(', ');
