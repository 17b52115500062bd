import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { allows, type Scope } from '../../../access/domain/scope.js';
import { sessionQuery } from '../session-query.js';
import { Panel } from './panel.js';

/** Why somebody may not do what takes more than looking. */
export const WHY_NOT: Record<Scope, string> = {
  read: 'Sign in to see this.',
  write: 'You may look, but change nothing: that takes an editor.',
  admin: 'This takes somebody who may administer this installation.',
};

/** Whether who is signed in may do what takes this scope. Until that is known nothing is barred: the API decides. */
export function useMay(scope: Scope): boolean {
  const { data } = useQuery(sessionQuery);
  return data === undefined || allows(data.scopes, scope);
}

/** What switches a button off, and says why, for who may not do what it does; nothing for all others. */
export function useBar(scope: Scope): { disabled?: true; title?: string } {
  return useMay(scope) ? {} : { disabled: true, title: WHY_NOT[scope] };
}

/** Fields and buttons for who has the scope; for all others `otherwise`, or where there is none they are off and say why. */
export function Needs({ scope, otherwise, children }: { scope: Scope; otherwise?: ReactNode; children: ReactNode }) {
  const bar = useBar(scope);
  if (bar.disabled && otherwise !== undefined) return otherwise;
  return (
    <fieldset className="needs" role="none" {...bar}>
      {children}
    </fieldset>
  );
}

/** Instead of a screen on which somebody could do nothing. */
export const Barred = ({ scope }: { scope: Scope }) => (
  <Panel>
    <Text c="dimmed" size="sm">
      {WHY_NOT[scope]}
    </Text>
  </Panel>
);
