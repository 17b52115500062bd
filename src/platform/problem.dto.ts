/** One wrong field. */
export class ProblemField {
  /**
   * JSON pointer into the request's body.
   * @example "/interval"
   */
  pointer: string;

  /** @example "interval must not be less than 1" */
  message: string;

  /**
   * Stable; where what is wrong is more than a wrong value.
   * @example "NO_POSTAL_ADDRESS"
   */
  code?: string;
}

/** What went wrong, in the shape of RFC 9457. */
export class ProblemResponse {
  /** @example "urn:campanile:problem:validation-failed" */
  type: string;

  /** @example "The request is not valid" */
  title: string;

  /** @example 400 */
  status: number;

  /**
   * Stable; for programs.
   * @example "VALIDATION_FAILED"
   */
  code: string;

  /** For people. */
  detail: string;

  /** @example "/campaigns/" */
  instance: string;

  /**
   * What the log calls this request; also in the header `X-Request-Id`.
   * @example "3f0c6f3e-0a51-4a55-9d4e-1d3b8f1f6a39"
   */
  request_id: string;

  errors?: ProblemField[];
}
