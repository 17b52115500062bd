import { ActionIcon, AppShell, Badge, Burger, Container, Group, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { api } from '../api/client.js';
import { ComeIn } from '../come-in.js';
import { carryOutAll } from '../elements/deeds.js';
import { Icon } from '../elements/icon.js';
import { TextLink } from '../elements/links.js';
import { useMay, WHY_NOT } from '../elements/needs.js';
import { endSession, signedInBy, useFarewell, useSessionLink, useSignedInBy } from '../session.js';
import { SignIn } from '../sign-in.js';
import { Navigation } from './navigation.js';
import { Return } from './return.js';
import { SchemeButton } from './scheme-button.js';
import { SilenceStrip } from './silence-strip.js';

/** The frame around every screen, or the way in. */
export function Shell() {
  const [by, link, farewell] = [useSignedInBy(), useSessionLink(), useFarewell()];
  const queries = useQueryClient();
  const [visitors, count] = useState(1);
  const beginAnew = useCallback(() => {
    // Who comes in next does not see what was shown to the one before.
    queries.clear();
    count((before) => before + 1);
  }, [queries]);
  const stranger = by === null && farewell === null;
  if (link !== null || stranger) return <main>{link === null ? <SignIn /> : <ComeIn token={link} />}</main>;
  return (
    <>
      <SignedIn key={visitors} />
      {farewell !== null && <Return onOther={beginAnew} />}
    </>
  );
}

function SignedIn() {
  const may = useMay('write');
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
            {!may && (
              <Tooltip label={WHY_NOT.write}>
                <Badge variant="default" tt="none" tabIndex={0}>
                  Only looking
                </Badge>
              </Tooltip>
            )}
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
          <SilenceStrip />
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}

function SignOutButton() {
  const queries = useQueryClient();
  const leave = async () => {
    await carryOutAll();
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
