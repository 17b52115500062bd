import { Anchor, Button, NavLink, Tabs, type AnchorProps, type ButtonProps, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';
import type { Scope } from '../../../access/domain/scope.js';
import { useMay } from './needs.js';

type Element<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

/** A link within the dashboard, as large as the text around it unless it has a size. */
export const TextLink = createLink((props: Element<AnchorProps>) => (
  <Anchor inherit={props.size === undefined} {...props} />
));

/** A link that looks like what it does: a button. It is not there for who may do nothing where it leads. */
export const ButtonLink = createLink(({ needs = 'read', ...props }: Element<ButtonProps & { needs?: Scope }>) =>
  useMay(needs) ? <Button component="a" {...props} /> : null,
);

/** An entry of the navigation. */
export const NavigationLink = createLink((props: Element<NavLinkProps>) => <NavLink component="a" {...props} />);

/** A part of a screen with an address of its own. */
export const TabLink = createLink(
  ({ value, className, ...props }: Element<{ value: string; children?: ReactNode }>) => (
    <Tabs.Tab
      value={value}
      className={className}
      renderRoot={({ onClick: _, ...root }) => <a {...root} {...props} role="tab" />}
    >
      {props.children}
    </Tabs.Tab>
  ),
);
