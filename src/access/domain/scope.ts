/** What a key may do. A wider scope includes the narrower ones. */
export const SCOPES = ['read', 'write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether a key with `granted` may use a route that needs `required`. */
export function allows(granted: readonly Scope[], required: Scope): boolean {
  return granted.some((scope) => SCOPES.indexOf(scope) >= SCOPES.indexOf(required));
}
