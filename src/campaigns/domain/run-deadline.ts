/** How long a run may go on before what is left of it is skipped as expired; counted anew after a pause. */
export const RUN_DEADLINE_HOURS = 72;
