import type { Registry } from 'prom-client';

/** Metrics as plain data, which one process can tell another. */
export type Figures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The figures of a process that works for another; those of one that has gone have no name. */
export interface TeamFigures {
  process: string | null;
  figures: Figures;
}

/** One registry of the figures of several processes: what is counted is added up, what is measured is told apart. */
export async function together(team: TeamFigures[]): Promise<Registry> {
  const { AggregatorRegistry } = await import('prom-client');
  return AggregatorRegistry.aggregate(
    team.map(({ process, figures }) =>
      figures.flatMap((metric) => {
        if (!isMeasured(metric)) return [metric];
        if (process === null) return [];
        const values = metric.values.map((value) => ({ ...value, labels: { ...value.labels, process } }));
        return [{ ...metric, values }];
      }),
    ),
  ) as Registry;
}

/** The client's types say a number where its data have a word. */
const isMeasured = ({ type }: Figures[number]): boolean => String(type) === 'gauge';
