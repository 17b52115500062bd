import { setFlagsFromString } from 'node:v8';

/** How much may come on top of what is alive before the heap is collected, in percent of it. */
const TIGHT_PERCENT = 50;

const FLAG = '--heap-growing-percent';
/** What the process was started with; 0 leaves it to V8. */
const usual = process.execArgv.findLast((flag) => flag.startsWith(`${FLAG}=`)) ?? `${FLAG}=0`;

/**
 * Does work that makes much garbage for minutes in less memory: what V8 would let pile up in the meantime stays with the process
 * for good. Takes some more of the processor, in the whole process, until it is done.
 */
export async function inTightHeap<T>(work: () => Promise<T>): Promise<T> {
  setFlagsFromString(`${FLAG}=${TIGHT_PERCENT}`);
  try {
    return await work();
  } finally {
    setFlagsFromString(usual);
  }
}
