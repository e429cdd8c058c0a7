import type { Outcome } from "../domain/outcome.ts";
import type { Timeline, TimelineNote } from "../record/timeline.ts";
import { causeWords } from "./cause-words.ts";
import { formatMinor, formatMs } from "./format.ts";
import { cutText, plainText, widthOf, wrapText } from "./text-table.ts";
import { describeNote } from "./trace-words.ts";

/** Longest block of one activation; what is in its middle gives way. [lines] */
const lineMaxCount = 60;

/** What real servers made of the same activation. */
export type MeasuredEnd = { readonly outcome: Outcome; readonly latencyMs: number };

/**
 * The timeline of one activation for the terminal: a head, what happened hop by hop, relative to the
 * planned instant, and what terminal, operator and ledger say of it in the end.
 *
 * @param measured - Of a live run: it stands beside what the timeline predicts. Null: there is none.
 */
export function renderTimeline(
  timeline: Timeline,
  measured: MeasuredEnd | null,
  maxWidth: number,
): readonly string[] {
  const head = [
    ...wrapText(headOf(timeline), maxWidth, "", "  "),
    ...(measured === null ? [] : wrapText(compare(timeline, measured), maxWidth, "  ", "  ")),
  ];
  const end = wrapText(plainText(timeline.records), maxWidth, "  in the end: ", "    ");
  const room = lineMaxCount - head.length - end.length;
  return [...head, ...cutMiddle(rowsOf(timeline, maxWidth), room), ...end];
}

function headOf(it: Timeline): string {
  const cause = it.cause === null ? "" : `, ${causeWords[it.cause].name}`;
  const credit = it.outcome === "late" ? `, credited after ${formatMs(it.creditMs)}` : "";
  const seed = it.seed === null ? "" : `, seed ${plainText(it.seed)}`;
  return (
    `${it.activation}: ${it.outcome}${cause}; planned at ${seconds(it.plannedMs)}, ` +
    `${latency(it.latencyMs)}${credit}, amount ${formatMinor(it.amountMinor)}${seed}`
  );
}

function compare({ outcome, latencyMs }: Timeline, measured: MeasuredEnd): string {
  return (
    `measured live: ${measured.outcome}, ${latency(measured.latencyMs)}; ` +
    `predicted, as below: ${outcome}, ${latency(latencyMs)}`
  );
}

function rowsOf({ notes, plannedMs }: Timeline, maxWidth: number): readonly string[] {
  const rows = notes.filter(tellsSomething).map((note) => ({
    at: `+${seconds(note.atMs - plannedMs)}`,
    place: `${"  ".repeat(note.hop)}${plainText(note.place)}`,
    what: plainText(describeNote(note)),
  }));
  const atWidth = Math.max(0, ...rows.map(({ at }) => widthOf(at)));
  const placeWidth = Math.max(0, ...rows.map(({ place }) => widthOf(place)));
  return rows.map(({ at, place, what }) =>
    cutText(`  ${at.padStart(atWidth)}  ${place.padEnd(placeWidth)}  ${what}`, maxWidth),
  );
}

/** A stage without a time of its own, such as one that only calls, is left at once. */
function tellsSomething({ event, value }: TimelineNote): boolean {
  return event !== "served" || value > 0;
}

/** The first and the last lines, and how many are missing between them. */
function cutMiddle(rows: readonly string[], most: number): readonly string[] {
  if (rows.length <= most) return rows;
  const last = Math.floor((most - 1) / 2);
  const first = most - 1 - last;
  const missing = `  … ${rows.length - first - last} lines left out …`;
  return [...rows.slice(0, first), missing, ...rows.slice(rows.length - last)];
}

function latency(ms: number): string {
  return Number.isNaN(ms) ? "without an end at the terminal" : `latency ${formatMs(ms)}`;
}

/** To the millisecond: what a timeline is read by. */
function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`;
}
