import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core';
import { root } from '../api/client.js';
import { Icon } from './icon.js';

/** A command to copy; `…` stands for the key, which is not shown. */
export function Command({ children }: { children: string }) {
  return (
    <Group w="100%" gap={4} wrap="nowrap" align="flex-start">
      <Code block tabIndex={0} flex={1} miw={0}>
        {children}
      </Code>
      <CopyButton value={children}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon variant="subtle" color="gray" c="dimmed" mt={4} onClick={copy} aria-label="Copy the command">
              <Icon name={copied ? 'check' : 'copy'} size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}

/** A request to this installation as curl: with a body as JSON, or with a `file`. */
export function curl(method: string, path: string, body?: object | { file: string; type: string }): string {
  const lines = [`curl -X ${method} '${location.origin}${root}${path}'`, `  -H "Authorization: Bearer $API_KEY"`];
  if (body && 'file' in body) lines.push(`  -H 'Content-Type: ${body.type}'`, `  --data-binary @${body.file}`);
  else if (body) lines.push(`  -H 'Content-Type: application/json'`, `  -d '${JSON.stringify(body)}'`);
  return lines.join(' \\\n');
}
