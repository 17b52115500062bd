import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Command } from './command.js';
import { Icon, type IconName } from './icon.js';

/** Nothing is here yet: what would be, and how to make it be, here or with curl. */
export function Empty(props: { icon: IconName; title: string; children?: ReactNode; command?: string }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" w="100%" maw={620} mx="auto">
      <Text c="dimmed">
        <Icon name={props.icon} size={32} />
      </Text>
      <Text fw={600}>{props.title}</Text>
      <Text c="dimmed" size="sm" ta="center" component="div">
        {props.children}
      </Text>
      {props.command !== undefined && <Command>{props.command}</Command>}
    </Stack>
  );
}
