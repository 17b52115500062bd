import { Drawer, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Attempt, Explanation, Run } from '../api/types.js';
import { contactName, contactQuery } from '../contacts/contact-queries.js';
import { wordsOfCode } from '../elements/figures.js';
import { withInstants } from '../elements/instants.js';
import { Loaded } from '../elements/loaded.js';
import { Moment } from '../elements/moment.js';
import { Dot, StatusDot } from '../elements/status.js';
import { explanationQuery } from './run-queries.js';

const VERDICTS: Record<Explanation['rules'][number]['verdict'], [colour: string, words: string]> = {
  pass: ['var(--sent)', 'Passed'],
  stop: ['var(--failed)', 'Stopped here'],
  wait: ['var(--in-doubt)', 'Waits'],
  unknown: ['var(--skipped)', 'Nobody can tell'],
};

/** Why a contact got a message, or did not: each rule with its verdict, each try with the provider's words. */
export function ExplanationDrawer(props: { run: Run; contactId: number | null; onClose: () => void }) {
  const { run, contactId, onClose } = props;
  return (
    <Drawer
      opened={contactId !== null}
      onClose={onClose}
      size="lg"
      title={contactId !== null && <ExplanationTitle contactId={contactId} />}
      closeButtonProps={{ 'aria-label': 'Close' }}
      // The page has its banner already.
      attributes={{ header: { role: 'presentation' } }}
    >
      {contactId !== null && <ExplanationText run={run} contactId={contactId} />}
    </Drawer>
  );
}

/** By its number until its name is known, and where it was deleted. */
function ExplanationTitle({ contactId }: { contactId: number }) {
  const { data } = useQuery(contactQuery(contactId));
  return <Text fw={650}>Why {data ? contactName(data) : `contact ${contactId}`} got it, or not</Text>;
}

function ExplanationText({ run, contactId }: { run: Run; contactId: number }) {
  const query = useQuery(explanationQuery(run.campaign_id, run.id, contactId));
  return (
    <Loaded query={query} height={400}>
      {({ rules, attempts, outcome, next_try_at }) => (
        <Stack gap="md">
          <div>
            {outcome === null ? <StatusDot status="pending_outcome" /> : <StatusDot status={outcome} />}
            {next_try_at !== null && (
              <Text size="sm">
                It is tried next <Moment at={next_try_at} />.
              </Text>
            )}
          </div>
          {attempts.length > 0 && <Attempts attempts={attempts} />}
          <Title order={3}>Rule by rule</Title>
          {rules.map(({ rule, verdict, detail }) => (
            <div key={rule}>
              <Text size="sm" fw={550} component="div">
                <Dot colour={VERDICTS[verdict][0]}>{`${wordsOfCode(rule)}: ${VERDICTS[verdict][1].toLowerCase()}`}</Dot>
              </Text>
              <Text size="sm" c="dimmed" pl={17}>
                {withInstants(detail)}
              </Text>
            </div>
          ))}
        </Stack>
      )}
    </Loaded>
  );
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  return (
    <>
      <Title order={3}>Tries that did not get through</Title>
      {attempts.map(({ attempt, at, code, enhanced_code, response, transient }, index) => (
        <div key={index}>
          <Text size="sm" fw={550}>
            {isRepeated(attempts, index) ? 'Not counted as a try ·' : `${attempt}.`} {code} {enhanced_code} ·{' '}
            {transient ? 'for the moment' : 'for good'} · <Moment past at={at} />
          </Text>
          <Text size="sm" c="dimmed">
            {response ?? 'The provider said nothing.'}
          </Text>
        </div>
      ))}
    </>
  );
}

/** Whether that try was made once more under its number: it was the account that was refused, and not the message. */
const isRepeated = (attempts: Attempt[], index: number): boolean =>
  attempts.slice(index + 1).some(({ attempt }) => attempt === attempts[index]!.attempt);
