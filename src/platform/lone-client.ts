import { Client, type ClientConfig } from 'pg';

/** A connection of its own, outside the pool. One that is lost while nobody asks anything says so at the next question. */
export async function connectAlone(config: ClientConfig): Promise<Client> {
  const client = new Client(config);
  // Unheard, it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
