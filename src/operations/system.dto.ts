import { ApiProperty } from '@nestjs/swagger';
import { type ConcernCode, CONCERNS } from './domain/concerns.js';

/** Something to look after. */
export class ConcernResponse {
  @ApiProperty({ enum: CONCERNS, example: 'IN_DOUBT' })
  code: ConcernCode;
  /**
   * What it means and what to do.
   * @example "Of some recipients nobody knows whether they were reached. Settle them on the screens of their runs."
   */
  message: string;
}

/** A process of Campanile that is connected to the database. */
export class ProcessResponse {
  /** @example 4711 */
  pid: number;
  /**
   * The machine it is on; of a long name the beginning.
   * @example "mail-2"
   */
  host: string;
  /** @example "0.1.0" */
  version: string;
  /**
   * What it does: `api`, `scheduler`, `sender`; nothing for a command from a terminal.
   * @example ["api", "scheduler", "sender"]
   */
  roles: string[];
  /** When the oldest of its connections began; null where the database does not say. */
  connected_since: Date | null;
  /** @example 4 */
  connections: number;
  /** Batches in its hands. */
  leases: number;
  /** Whether it gave this answer. */
  answering: boolean;
}

/** How late things are, in seconds; 0 where nothing waits. */
export class LagResponse {
  /**
   * How long the campaign due longest has waited to be opened.
   * @example 0
   */
  @ApiProperty({ type: 'number', format: 'double' })
  opening_seconds: number;
  /**
   * How long the batch due longest has waited for a sender; of paused runs none does.
   * @example 1.25
   */
  @ApiProperty({ type: 'number', format: 'double' })
  sending_seconds: number;
  /**
   * How long what is due longest to an active webhook has waited.
   * @example 0
   */
  @ApiProperty({ type: 'number', format: 'double' })
  webhook_seconds: number;
  /**
   * Of how many of the latest runs the next two are.
   * @example 100
   */
  opened_runs: number;
  /**
   * How late half of them opened at most, in milliseconds; null where there are none.
   * @example 12
   */
  opened_median_ms: number | null;
  /**
   * How late the latest of them opened, in milliseconds.
   * @example 48
   */
  opened_worst_ms: number | null;
}

/** Runs that have not ended. */
export class OpenRunsResponse {
  /** @example 2 */
  processing: number;
  paused: number;
  cancelling: number;
}

/** Recipients of open runs who have no outcome yet, by what keeps them; each is in one of these. */
export class QueueResponse {
  /** In batches that a process holds: handed over, or about to be. */
  in_flight: number;
  /** Due, and waiting for a sender. */
  due: number;
  /** Due later: to be tried again, or at the hour of their own time zone. */
  later: number;
  /** Waiting for one of the variants to win. */
  awaiting_winner: number;
  /** Of runs that are paused, or about to be cancelled. */
  paused: number;
}

/** Batches in the hands of processes. */
export class LeasesResponse {
  /** @example 8 */
  held: number;
  /** Of processes that stopped renewing them; taken back within seconds. */
  expired: number;
}

/** The database. */
export class DatabaseResponse {
  /**
   * Of PostgreSQL.
   * @example "18.1"
   */
  server_version: string;
  /**
   * What this database takes on the disk, in bytes.
   * @example 73400320
   */
  size_bytes: number;
  /**
   * Connections to the server, also to other databases of it.
   * @example 14
   */
  connections: number;
  /**
   * How many there may be.
   * @example 97
   */
  most_connections: number;
}

/** How the machinery stands, over all processes, as the database knows it. */
export class SystemResponse {
  /** What to look after, the gravest first; nothing where all is well. */
  concerns: ConcernResponse[];
  processes: ProcessResponse[];
  lag: LagResponse;
  runs: OpenRunsResponse;
  queue: QueueResponse;
  leases: LeasesResponse;
  /** Recipients nobody knows of whether they were reached, in runs whose ledger is kept. */
  in_doubt: number;
  /** Records that the fence refused, of the process that answers and those it engaged, since it started. */
  fenced_writes: number;
  database: DatabaseResponse;
}
