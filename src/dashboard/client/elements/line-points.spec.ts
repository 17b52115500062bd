import { expect, it } from '@jest/globals';
import { linePoints } from './line-points.js';

it('goes through the middle of each step', () => expect(linePoints([10, 40, 0])).toBe('0.5,10 1.5,40 2.5,0'));

// A line of one point is not drawn.
it('begins and ends in the same point where there is one step', () => expect(linePoints([75])).toBe('0.5,75 0.5,75'));
