import { ActionIcon, Box, Code, CopyButton, Tooltip } from '@mantine/core';
import { root } from '../api/client.js';
import { Icon } from './icon.js';

/** A command to copy; `…` stands for the key, which is not shown. */
export function Command({ children }: { children: string }) {
  return (
    <Box pos="relative" w="100%">
      <Code block pr={44} tabIndex={0}>
        {children}
      </Code>
      <CopyButton value={children}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              pos="absolute"
              top={6}
              right={6}
              variant="subtle"
              bg="var(--paper)"
              color="gray"
              c="dimmed"
              onClick={copy}
              aria-label="Copy the command"
            >
              <Icon name={copied ? 'check' : 'copy'} size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Box>
  );
}

/** A request to this installation as curl: with a body as JSON, or with a `file`. */
export function curl(method: string, path: string, body?: object | { file: string; type: string }): string {
  const lines = [`curl -X ${method} '${location.origin}${root}${path}'`, `  -H "Authorization: Bearer $API_KEY"`];
  if (body && 'file' in body) lines.push(`  -H 'Content-Type: ${body.type}'`, `  --data-binary @${body.file}`);
  else if (body) lines.push(`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(body)}'`);
  return lines.join(' \\\n');
}
