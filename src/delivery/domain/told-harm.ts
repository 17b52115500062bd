/**
 * What a refusal tells of an address beyond its message: `bounce`, that nothing sent to it will ever arrive; `unsubscribe`,
 * that whoever has it told the provider to send nothing more.
 */
export type ToldHarm = 'bounce' | 'unsubscribe';
