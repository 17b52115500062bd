/** How often a link was followed. */
export class LinkCounts {
  /** Recipients who followed it, machines left out. */
  clicked: number;
  /** Recipients for whom it was followed, by whomever. */
  clicked_all: number;
  /** How often people followed it. */
  clicks: number;
  /** How often people or machines followed it. */
  clicks_all: number;
}

/** A link in one run. */
export class RunLinkResponse extends LinkCounts {
  /** @example 12 */
  run_id: number;
}

/** A counted link of a campaign's message, over all runs of that content version. */
export class LinkResponse extends LinkCounts {
  /** @example 3 */
  id: number;
  /** The version of the content that has it; an edited message has links of its own. */
  content_version: number;
  /**
   * Stands for it in what is sent.
   * @example 2
   */
  number: number;
  /**
   * Where it leads, as the message says it: perhaps with Liquid over the contact in it, and without `utm`.
   * @example "https://example.org/offer"
   */
  target: string;
  /** The runs in which it was followed, newest first. */
  runs: RunLinkResponse[];
}

/** What judging hits anew came to. */
export class RescoreResponse {
  /** Messages that were hit, each judged from all of its hits. */
  messages: number;
  /** Hits with another verdict or reason than before. */
  changed: number;
}
