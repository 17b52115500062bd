/**
 * What the oracle adds to a database: a log of every state a batch was in and of every step of a freeze, written by triggers,
 * so that "was there a lease and a committed intent at that moment" can be answered afterwards.
 */
export const WITNESS = `
  create table chaos_batch (
    id bigint generated always as identity, at timestamptz not null, run_id bigint, seq bigint, epoch int, state text,
    owner text, lease_until timestamptz, intent_upto int, settled int);
  create function chaos_note_batch() returns trigger language plpgsql as $$ begin
    insert into chaos_batch (at, run_id, seq, epoch, state, owner, lease_until, intent_upto, settled)
    values (clock_timestamp(), new.run_id, new.seq, new.epoch, new.state, new.owner, new.lease_until, new.intent_upto,
            new.sent + new.failed + new.skipped + new.in_doubt + new.deferred);
    return null; end $$;
  create trigger chaos_note_batch after insert or update on run_batch for each row execute function chaos_note_batch();
  create table chaos_freeze (id bigint generated always as identity, run_id bigint, through bigint);
  create function chaos_note_freeze() returns trigger language plpgsql as $$ begin
    insert into chaos_freeze (run_id, through) values (new.id, new.frozen_through);
    return null; end $$;
  create trigger chaos_note_freeze after update of frozen_through on run
    for each row execute function chaos_note_freeze();`;

/** A state a batch was in. */
export interface BatchState {
  at: number;
  run_id: string;
  seq: string;
  epoch: number;
  state: string;
  owner: string | null;
  lease_until: number | null;
  intent_upto: number;
  settled: number;
}

/** All of them in order, instants as milliseconds since the epoch. */
export const BATCH_STATES = `
  select extract(epoch from at)::float8 * 1000 as at, run_id, seq, epoch, state, owner,
         extract(epoch from lease_until)::float8 * 1000 as lease_until, intent_upto, settled
  from chaos_batch order by id`;
