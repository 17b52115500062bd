/** The process is alive. */
export class LiveResponse {
  /** @example "ok" */
  status: string;
}

/** The process can serve. */
export class ReadyResponse {
  /** @example "ok" */
  status: string;

  /** Each thing it needs, with its state. */
  details: object;
}
