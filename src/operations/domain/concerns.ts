/** What is wrong, or soon may be; each has a sentence of its own. */
export const CONCERNS = [
  'NOTHING_OPENS',
  'NOTHING_SENDS',
  'OPENING_LATE',
  'SENDING_LATE',
  'LEASES_EXPIRED',
  'IN_DOUBT',
  'WEBHOOKS_LATE',
  'WEBHOOKS_DISABLED',
  'ACCOUNTS_PUT_OFF',
  'CONNECTIONS_SCARCE',
  'VERSIONS_DIFFER',
] as const;
export type ConcernCode = (typeof CONCERNS)[number];

/** Something to look after. */
export interface Concern {
  code: ConcernCode;
  /** What it means and what to do, in a sentence or two. */
  message: string;
}

/** What is judged. */
export interface Signs {
  /** Of those that are connected: what each does and in which version; nothing in `roles` for a command from a terminal. */
  processes: { roles: string[]; version: string }[];
  openingLagSeconds: number;
  sendingLagSeconds: number;
  webhookLagSeconds: number;
  expiredLeases: number;
  inDoubt: number;
  disabledWebhooks: number;
  putOffAccounts: string[];
  connections: number;
  mostConnections: number;
}

/** From when on it is late, in seconds: runs open within a fraction of one, and a batch waits its turn in a busy engine. */
const LATE = { opening: 5, sending: 60, webhook: 300 };

/** The share of the server's connections from which on another process may find none. */
const SCARCE = 0.9;

/** What to look after, the gravest first; nothing where all is well. */
export function concernsOf(signs: Signs): Concern[] {
  const { processes } = signs;
  const engine = processes.filter(({ roles }) => roles.length > 0);
  const has = (role: string) => engine.some(({ roles }) => roles.includes(role));
  const versions = [...new Set(engine.map(({ version }) => version))].sort();
  const found: [ConcernCode, boolean, string][] = [
    ['NOTHING_OPENS', !has('scheduler'), 'No process with the role scheduler is connected: no run opens. Start one.'],
    ['NOTHING_SENDS', !has('sender'), 'No process with the role sender is connected: nothing is sent. Start one.'],
    [
      'OPENING_LATE',
      signs.openingLagSeconds > LATE.opening,
      'A campaign is due and does not open. Look at the log of the process with the role scheduler.',
    ],
    [
      'SENDING_LATE',
      signs.sendingLagSeconds > LATE.sending,
      'Recipients are due and wait for a sender: the senders are busy, or the account of their run takes nothing. Look at the accounts; start more senders.',
    ],
    [
      'LEASES_EXPIRED',
      signs.expiredLeases > 0,
      'A process stopped without a word and what it held waits to be taken back, which a process with the role scheduler does within seconds.',
    ],
    [
      'ACCOUNTS_PUT_OFF',
      signs.putOffAccounts.length > 0,
      `These accounts take nothing at the moment: ${signs.putOffAccounts.join(', ')}. They are tried again by themselves.`,
    ],
    [
      'CONNECTIONS_SCARCE',
      signs.connections > signs.mostConnections * SCARCE,
      'Nearly all connections of the database server are in use. Lower DATABASE_POOL, or raise max_connections.',
    ],
    [
      'IN_DOUBT',
      signs.inDoubt > 0,
      'Of some recipients nobody knows whether they were reached. Settle them on the screens of their runs.',
    ],
    [
      'WEBHOOKS_LATE',
      signs.webhookLagSeconds > LATE.webhook,
      'What webhooks are to be told waits. Look at the deliveries of the webhooks.',
    ],
    [
      'WEBHOOKS_DISABLED',
      signs.disabledWebhooks > 0,
      'A webhook took nothing for days, or is gone, and is told nothing any more. Mend it and switch it on, or delete it.',
    ],
    [
      'VERSIONS_DIFFER',
      versions.length > 1,
      `Processes of different versions are connected: ${versions.join(', ')}. That is well while you upgrade, and only then.`,
    ],
  ];
  return found.filter(([, holds]) => holds).map(([code, , message]) => ({ code, message }));
}
