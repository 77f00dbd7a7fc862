/** Where a server is in the log that its copies follow. */
export interface LogPosition {
  /** Which installation of Postgres the log is of; copies have it from the first. */
  readonly cluster: string;
  /** Which of its histories: a copy that is promoted, and a return to an earlier instant, begin another. */
  readonly timeline: string;
  /** Bytes of the log: on a copy those that are applied, elsewhere those that hold all that anybody can have seen. */
  readonly bytes: bigint;
  /** Whether it is a copy, which applies the log of another server and takes no writes. */
  readonly follows: boolean;
}

/**
 * What a commit has made visible is in the log up to where it is flushed, and copies are sent the log up to there. Where
 * commits do not wait for their flush, it is in the log up to where that was written to in memory. A copy's own control
 * file tells its history, and is written at its checkpoints: after a change of history it names the old one for some
 * minutes (https://www.postgresql.org/docs/current/functions-admin.html, functions-info.html).
 */
export const POSITION = `SELECT control.system_identifier::text AS cluster, here.follows AS follows,
  CASE WHEN here.follows THEN upper(lpad(to_hex(applied.timeline_id), 8, '0'))
    ELSE left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) END AS timeline,
  (CASE WHEN here.follows THEN coalesce(pg_last_wal_replay_lsn(), '0/0')
    WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
    ELSE pg_current_wal_flush_lsn() END - '0/0')::text AS bytes
  FROM (SELECT pg_is_in_recovery() AS follows) here, pg_control_system() control, pg_control_checkpoint() applied`;

export interface PositionRow {
  readonly cluster: string;
  readonly follows: number;
  readonly timeline: string;
  readonly bytes: string;
}

export function positionFrom({ cluster, follows, timeline, bytes }: PositionRow): LogPosition {
  return { cluster, timeline, bytes: BigInt(bytes), follows: follows === 1 };
}

/** Why the two positions cannot be compared; undefined where they can. */
export function incomparable(copy: LogPosition, first: LogPosition): string | undefined {
  if (!copy.follows) return "The replica follows no server: it takes writes itself.";
  if (copy.cluster !== first.cluster) return "The replica is a copy of another server.";
  if (copy.timeline !== first.timeline)
    return "The replica is on another history than the first server: one of them was promoted or restored.";
  return undefined;
}
