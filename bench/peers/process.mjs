/**
 * A process of a peer, asked by the bench like a process of Campanile: `process.mjs {"kind": …, "url": …}`. Each kind is a
 * module beside this one whose `open(url, tell)` answers the functions that can be asked for.
 */
import { answerParent, progressTeller } from '../../dist/bench/answering.js';

const { kind, url } = JSON.parse(process.argv[2]);
const { open } = await import(`./${kind}.mjs`);
answerParent(await open(url, progressTeller()));
