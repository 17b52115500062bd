/** No process that fills templates could be started: that says nothing about any of them. */
export class RenderUnavailable extends Error {}

/** A rendering that was ended because it took more than it may: nothing about the recipient can mend that. */
export class RenderStopped extends Error {
  constructor(
    readonly code: 'render_timeout' | 'render_memory',
    message: string,
  ) {
    super(message);
  }
}
