import type { Client, Pool, PoolClient } from 'pg';

/** A query that goes on without an answer for so long is one whose connection nobody serves any more. */
class SilentConnection extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(milliseconds: number) {
    super(`the database has not answered for ${milliseconds} ms; the connection is given up`);
  }
}

/** The socket under a client, which its types leave out. */
type Wired = Client & { connection: { stream: { destroy(error: Error): void } } };

/**
 * Gives up connections whose query has had no answer for `limitMs`. The server cuts long statements off by itself, but one
 * that lost its power says nothing, and neither does a firewall that forgot the connection: without this, whoever asked
 * would wait for ever, keep the connection, and hold up its beat or lane until the process is started anew.
 */
export function giveUpSilent(pool: Pool, limitMs: number): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const limited = (...args: unknown[]): unknown => {
      const answer = query(...args);
      if (!(answer instanceof Promise)) return answer;
      const limit = setTimeout(
        () => (client as Wired).connection.stream.destroy(new SilentConnection(limitMs)),
        limitMs,
      );
      return answer.finally(() => clearTimeout(limit));
    };
    client.query = limited as Client['query'];
  });
}

/**
 * Takes a connection that ended while somebody had it back from them. A transaction whose BEGIN or ROLLBACK fails with its
 * connection never returns it; each loss would make the pool one smaller, until nothing here reaches the database.
 */
export function takeBackEnded(pool: Pool): void {
  const lent = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => void lent.add(client));
  pool.on('release', (_error, client) => void lent.delete(client));
  pool.on('connect', (client) => {
    client.once('end', () => {
      if (!lent.has(client)) return;
      client.release(true);
      // Its borrower may still want to return it; nobody is lent it again.
      client.release = () => undefined;
    });
  });
}
