import type { Session } from "../chain/session.ts";
import { causes, type Ending, endings } from "../domain/outcome.ts";
import type { ActivationRecord } from "../record/activation-record.ts";

/** Numbers of one activation in a batch of rows. */
export const rowLength = 10;

const column = {
  stream: 0,
  index: 1,
  plannedMs: 2,
  ending: 3,
  endedMs: 4,
  sendLagMs: 5,
  told: 6,
  attempts: 7,
  cause: 8,
  posts: 9,
} as const;

const told = { nothing: 0, approved: 1, declined: 2 } as const;

/** Writes a finished session as row `row`. */
export function writeRow(rows: Float64Array, row: number, session: Session): void {
  const at = row * rowLength;
  const { terminals } = session;
  rows[at + column.stream] = terminals.streamKey;
  rows[at + column.index] = session.index;
  rows[at + column.plannedMs] = session.plannedMs;
  rows[at + column.ending] = endings.indexOf(session.ending);
  rows[at + column.endedMs] = session.endedMs;
  rows[at + column.sendLagMs] = session.sendLagMs;
  rows[at + column.told] = session.toldApproved
    ? told.approved
    : session.toldDeclined
      ? told.declined
      : told.nothing;
  rows[at + column.attempts] = session.attempts;
  rows[at + column.cause] = causes.indexOf(session.cause);
  rows[at + column.posts] = terminals.posts ? 1 : 0;
}

/** Which activation a row is about, and how it ended: enough to look its credit up. */
export type RowKey = {
  readonly streamKey: number;
  readonly index: number;
  readonly ending: Ending;
};

export function rowKey(rows: Float64Array, row: number): RowKey {
  const at = row * rowLength;
  return {
    streamKey: rows[at + column.stream] ?? 0,
    index: rows[at + column.index] ?? 0,
    ending: endings[rows[at + column.ending] ?? 0] ?? "unfinished",
  };
}

/** Reads a row, and adds what the ledgers say of it. */
export function readRow(
  rows: Float64Array,
  row: number,
  credit: { readonly creditedAtMs: number; readonly creditCount: number },
): ActivationRecord {
  const at = row * rowLength;
  const posts = rows[at + column.posts] === 1;
  const toldApproved = rows[at + column.told] === told.approved;
  const endedMs = rows[at + column.endedMs] ?? Number.NaN;
  return {
    plannedMs: rows[at + column.plannedMs] ?? 0,
    ending: endings[rows[at + column.ending] ?? 0] ?? "unfinished",
    endedMs,
    sendLagMs: rows[at + column.sendLagMs] ?? Number.NaN,
    toldApproved,
    toldDeclined: rows[at + column.told] === told.declined,
    creditedAtMs: posts ? credit.creditedAtMs : toldApproved ? endedMs : Number.NaN,
    creditCount: credit.creditCount,
    posts,
    attempts: rows[at + column.attempts] ?? 0,
    cause: causes[rows[at + column.cause] ?? 0] ?? "communication",
  };
}
