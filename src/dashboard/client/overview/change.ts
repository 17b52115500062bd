import { share } from '../elements/figures.js';

const signed = new Intl.NumberFormat('en', { signDisplay: 'exceptZero', maximumFractionDigits: 1 });

/** How a count differs from that of the period before: "+12% on before". */
export function growth(now: number, before: number): string {
  if (before === 0) return now === 0 ? 'as before' : 'none before';
  const change = (now - before) / before;
  return change === 0 ? 'as before' : `${change > 0 ? '+' : ''}${share(change)} on before`;
}

/** How a share differs from that of the period before, in percentage points; a share of nothing is not compared. */
export function points(now: number | null, before: number | null): string {
  if (now === null || before === null) return 'none before';
  const change = Math.round((now - before) * 1_000) / 10;
  return change === 0 ? 'as before' : `${signed.format(change)} points`;
}
