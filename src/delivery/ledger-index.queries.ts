import { connectAlone } from '../platform/lone-client.js';

/** The advisory lock under which the index is made, since two that make it at once do not notice each other. */
const INDEX_LOCK = 4_702_114;

/**
 * Gives the ledger the index by which frequency caps look a contact up, unless it is there. It is not part of the schema:
 * it takes two fifths of the price of a delivery's row, which only those shall pay who cap. On a connection of its own, with
 * all the time it takes; who writes to the ledger meanwhile waits.
 */
export async function indexContacts(databaseUrl: string): Promise<void> {
  const client = await connectAlone({ connectionString: databaseUrl });
  try {
    await client.query('select pg_advisory_lock($1)', [INDEX_LOCK]);
    await client.query('create index if not exists delivery_contact_index on delivery (contact_id, run_id)');
  } finally {
    await client.end();
  }
}
