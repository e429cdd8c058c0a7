import type { Session } from "../chain/session.ts";
import { causes, endings, type TimeByCause } from "../domain/outcome.ts";
import { reversalStates } from "../domain/payment.ts";
import type { ActivationRecord } from "../record/activation-record.ts";

/** The numbers of one activation in a batch of rows, in this order; then one more for each cause. */
const columns = [
  ...(["stream", "index", "amountMinor", "plannedMs", "ending", "endedMs", "sendLagMs"] as const),
  ...(["told", "isBad", "reversal", "attempts", "cause", "posts"] as const),
] as const;

/** Where the time of the activation went begins here. */
const spentAt = columns.length;
export const rowLength = spentAt + causes.length;

type Column = (typeof columns)[number];
const column = Object.fromEntries(columns.map((name, place) => [name, place])) as Record<
  Column,
  number
>;

const told = { nothing: 0, approved: 1, declined: 2 } as const;

/** Writes a finished session as row `row`. */
export function writeRow(rows: Float64Array, row: number, session: Session): void {
  const at = row * rowLength;
  const { terminals, toldApproved, toldDeclined } = session;
  const values: Readonly<Record<Column, number>> = {
    stream: terminals.streamKey,
    index: session.payment.index,
    amountMinor: session.payment.amountMinor,
    plannedMs: session.plannedMs,
    ending: endings.indexOf(session.ending),
    endedMs: session.endedMs,
    sendLagMs: session.sendLagMs,
    told: toldApproved ? told.approved : toldDeclined ? told.declined : told.nothing,
    isBad: session.intent === "genuine" ? 0 : 1,
    reversal: reversalStates.indexOf(session.reversal),
    attempts: session.attempts,
    cause: causes.indexOf(session.cause),
    posts: terminals.posts ? 1 : 0,
  };
  for (const name of columns) rows[at + column[name]] = values[name];
  rows.set(session.spent.toTimes(), at + spentAt);
}

/** Where the time of the activation in that row went. [ms, in the order of `causes`] */
export function spentOf(rows: Float64Array, row: number): TimeByCause {
  const at = row * rowLength + spentAt;
  return rows.subarray(at, at + causes.length);
}

/** Reads into `it` what the terminal knows; what services know is added to it. */
export function readRow(rows: Float64Array, row: number, it: ActivationRecord): void {
  const at = row * rowLength;
  const read = (name: Column) => rows[at + column[name]] ?? 0;
  it.streamKey = read("stream");
  it.index = read("index");
  it.amountMinor = read("amountMinor");
  it.plannedMs = read("plannedMs");
  it.ending = endings[read("ending")] ?? "unfinished";
  it.endedMs = read("endedMs");
  it.sendLagMs = read("sendLagMs");
  it.toldApproved = read("told") === told.approved;
  it.toldDeclined = read("told") === told.declined;
  it.isBad = read("isBad") === 1;
  it.reversal = reversalStates[read("reversal")] ?? "none";
  it.posts = read("posts") === 1;
  it.attempts = read("attempts");
  it.cause = causes[read("cause")] ?? "communication";
}
