import { ActionIcon, AppShell, Burger, Container, Group, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { api } from '../api/client.js';
import { ComeIn } from '../come-in.js';
import { Icon } from '../elements/icon.js';
import { TextLink } from '../elements/links.js';
import { endSession, signedInBy, useSessionLink, useSignedInBy } from '../session.js';
import { SignIn } from '../sign-in.js';
import { Navigation } from './navigation.js';
import { SchemeButton } from './scheme-button.js';

/** The frame around every screen, or the way in. */
export function Shell() {
  const [by, link] = [useSignedInBy(), useSessionLink()];
  if (link !== null) return <ComeIn token={link} />;
  return by === null ? <SignIn /> : <SignedIn />;
}

function SignedIn() {
  const [open, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <TextLink to="/" underline="never" c="var(--mantine-color-text)">
              <Group gap={8} wrap="nowrap">
                <Text span c="var(--accent)" lh={0}>
                  <Icon name="bell" size={24} />
                </Text>
                <Text span fw={650}>
                  Campanile
                </Text>
              </Group>
            </TextLink>
          </Group>
          <Group gap={4} wrap="nowrap">
            <SchemeButton />
            <SignOutButton />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Main">
        <Navigation onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} bg="var(--paper)">
        <Container size={1180} p={0}>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function SignOutButton() {
  const queries = useQueryClient();
  const leave = async () => {
    // Where the server does not answer, the cookie stays until it is over; this browser forgets about it all the same.
    if (signedInBy() === 'cookie') await api.DELETE('/sessions/current').catch(() => undefined);
    endSession();
    queries.clear();
  };
  return (
    <Tooltip label="Sign out">
      <ActionIcon variant="subtle" color="gray" c="dimmed" size="lg" onClick={leave} aria-label="Sign out">
        <Icon name="signOut" />
      </ActionIcon>
    </Tooltip>
  );
}
