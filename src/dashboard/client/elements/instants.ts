import { exactly } from './time.js';

/** A text of the API with its instants as people read them, by their own clock. */
export const withInstants = (text: string, zone?: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (instant) => exactly(new Date(instant), zone));
