import type { Scenario } from '../scenario.js';
import { f18 } from './clocks.js';
import { f11, f12, f13, f15 } from './control.js';
import { f16, f17, f20, f21 } from './crowded.js';
import { f5, f6, f6b } from './database.js';
import { f9 } from './http.js';
import { f1, f2, f4 } from './killed.js';
import { f10, f7, f8 } from './mail.js';
import { f14 } from './poison.js';
import { f19, f3 } from './schedulers.js';

/** Every scenario, in the order of the plan. */
export const SCENARIOS: readonly Scenario[] = [
  ...[f1, f2, f3, f4, f5, f6, f6b, f7, f8, f9, f10, f11, f12],
  ...[f13, f14, f15, f16, f17, f18, f19, f20, f21],
];
