import type { Scenario } from '../scenario.js';
import { f11, f12, f13, f15 } from './control.js';
import { f5, f6, f6b } from './database.js';
import { f1, f2, f4 } from './killed.js';
import { f10, f7, f8 } from './mail.js';

/** Every scenario, in the order of the plan. F9 waits for the first HTTP provider. */
export const SCENARIOS: readonly Scenario[] = [f1, f2, f4, f5, f6, f6b, f7, f8, f10, f11, f12, f13, f15];
