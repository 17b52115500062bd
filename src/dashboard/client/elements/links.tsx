import { Anchor, Button, NavLink, Tabs, type AnchorProps, type ButtonProps, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';

type Element<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

/** A link within the dashboard, as large as the text around it unless it has a size. */
export const TextLink = createLink((props: Element<AnchorProps>) => (
  <Anchor inherit={props.size === undefined} {...props} />
));

/** A link that looks like what it does: a button. */
export const ButtonLink = createLink((props: Element<ButtonProps>) => <Button component="a" {...props} />);

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
