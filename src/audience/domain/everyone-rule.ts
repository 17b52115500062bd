/** The rule that everyone is in. */
export const EVERYONE_RULE = {
  any: [
    { field: 'email' as const, op: 'exists' as const },
    { field: 'email' as const, op: 'missing' as const },
  ],
};
