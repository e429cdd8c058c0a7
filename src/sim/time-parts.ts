import { downstreamAttempt, laterAttempt } from "../chain/attempt.ts";
import { terminalEnd } from "../chain/network.ts";
import type { TraceEvent } from "../domain/trace-event.ts";
import type { TimeKind } from "../record/tail-result.ts";
import type { TimelineNote } from "../record/timeline.ts";

type Note = Omit<TimelineNote, "hop">;

/** One attempt of a call, as its caller saw it. Times in whole microseconds. */
type Asked = {
  readonly attempt: number;
  /** Replica that was asked, such as `bank#2`. */
  readonly peer: string;
  readonly fromUs: number;
  toUs: number;
  end: TraceEvent;
};

const askedAs: readonly TraceEvent[] = ["asks", "askedTooLate"];
/** The caller no longer waits. */
const endedAs: readonly TraceEvent[] = ["answered", "refused", "broken", "timedOut", "abandoned"];
/** Retries and failovers of one call that are looked for; no site has more attempts. */
const tryMaxCount = 32;

/** Time by part and kind, in whole microseconds, so that the sum is exact. */
export class TimeParts {
  readonly us = new Map<string, { readonly part: string; readonly kind: TimeKind; us: number }>();

  add(part: string, kind: TimeKind, us: number): void {
    if (us === 0) return;
    const key = `${kind} ${part}`;
    const known = this.us.get(key);
    if (known === undefined) this.us.set(key, { part, kind, us });
    else known.us += us;
  }
}

/**
 * Where the time of one activation went, from its planned instant to its end at the terminal.
 *
 * Walks back along what the terminal, and each stage that calls, was waiting for: each microsecond
 * counts once, and the parts add up to the latency, whatever else of it was under way meanwhile.
 *
 * @param into - Gets the parts.
 */
export function addTimeParts(
  notes: readonly Note[],
  plannedMs: number,
  endedMs: number,
  into: TimeParts,
): void {
  new Walk(notes, into).cover(terminalEnd, () => true, toUs(plannedMs), toUs(endedMs));
}

class Walk {
  readonly #notes: readonly Note[];
  readonly #into: TimeParts;
  readonly #asked = new Map<string, Asked[]>();

  constructor(notes: readonly Note[], into: TimeParts) {
    this.#notes = notes;
    this.#into = into;
    for (const { place, attempt, peer, event, atMs } of notes) {
      const atUs = toUs(atMs);
      const list = this.#asked.get(place) ?? [];
      this.#asked.set(place, list);
      if (askedAs.includes(event)) {
        list.push({ attempt, peer, fromUs: atUs, toUs: Number.POSITIVE_INFINITY, end: event });
      } else if (endedAs.includes(event)) {
        const open = list.findLast((it) => it.attempt === attempt && it.end === "asks");
        const late = list.findLast((it) => it.attempt === attempt && it.end === "askedTooLate");
        const call = open ?? late;
        if (call !== undefined) Object.assign(call, { toUs: atUs, end: event });
      }
    }
  }

  /** Takes [from, to] apart, in which a place did nothing but make calls and wait. */
  cover(place: string, isOwn: (attempt: number) => boolean, fromUs: number, toUs: number): void {
    const calls = (this.#asked.get(place) ?? []).filter((it) => isOwn(it.attempt));
    const part = partOf(place);
    let atUs = toUs;
    // Each turn ends earlier than it began: at the start of a call, or of the gap after one.
    while (atUs > fromUs) {
      const before = calls.filter((it) => it.fromUs < atUs);
      const done = latestEnd(before.filter((it) => it.toUs <= atUs));
      if (done?.toUs === atUs) {
        const startUs = Math.max(done.fromUs, fromUs);
        this.#takeApart(place, done, startUs, atUs);
        atUs = startUs;
        continue;
      }
      const gapUs = Math.max(fromUs, done?.toUs ?? fromUs);
      // What is still open was overtaken by another, or given up with all of them.
      const overtaken = before.find((it) => it.toUs > atUs);
      const sinceUs = Math.max(gapUs, overtaken?.fromUs ?? gapUs);
      this.#into.add(
        part,
        overtaken === undefined ? this.#idleKind(place, gapUs) : "timeout",
        atUs - sinceUs,
      );
      atUs = sinceUs;
    }
  }

  /** Between two attempts: a place in the bulkhead is waited for, or a pause passes. */
  #idleKind(place: string, sinceUs: number): TimeKind {
    const waits = this.#notes.some(
      (it) => it.event === "waitsForPlace" && it.place === place && toUs(it.atMs) === sinceUs,
    );
    return waits ? "wait" : "pause";
  }

  #takeApart(place: string, call: Asked, fromUs: number, toUs: number): void {
    if (call.end === "timedOut" || call.end === "abandoned") {
      this.#into.add(partOf(place), "timeout", toUs - fromUs);
      return;
    }
    const link = `${serviceOf(place)}-${serviceOf(call.peer)}`;
    const stay = this.#stayAt(call, fromUs, toUs);
    if (stay === null) {
      this.#into.add(link, "link", toUs - fromUs);
      return;
    }
    const { arrivedUs, answeredUs } = stay;
    this.#into.add(link, "link", arrivedUs - fromUs + (toUs - answeredUs));
    this.#follow(call, arrivedUs, answeredUs);
  }

  /** When the replica had the request; null: it never answered it, as when the connection broke. */
  #stayAt(call: Asked, fromUs: number, toUs_: number) {
    const own = this.#notes.filter(
      (it) => it.place === call.peer && it.attempt === call.attempt && !isOfCaller(it.event),
    );
    const within = (event: TraceEvent) =>
      own
        .filter((it) => it.event === event)
        .map((it) => toUs(it.atMs))
        .filter((it) => fromUs <= it && it <= toUs_);
    // A message that was doubled arrives twice: the first answer is the one that counts.
    const [answeredUs] = within("answers");
    const [arrivedUs] = within("arrived");
    if (answeredUs === undefined || arrivedUs === undefined) return null;
    return { arrivedUs, answeredUs };
  }

  /** Follows a request through the stages of its replica. */
  #follow({ peer, attempt }: Asked, fromUs: number, toUs_: number): void {
    const door = serviceOf(peer);
    let atUs = fromUs;
    let state: { readonly place: string; readonly kind: TimeKind | "calls" } = {
      place: door,
      kind: "fault",
    };
    const spend = (untilUs: number) => {
      const endUs = Math.min(untilUs, toUs_);
      if (endUs <= atUs) return;
      const { place, kind } = state;
      if (kind === "calls") this.cover(place, ownCalls(attempt), atUs, endUs);
      else this.#into.add(partOf(place), kind, endUs - atUs);
      atUs = endUs;
    };
    for (const { place, event, atMs, ...it } of this.#notes) {
      if (it.attempt !== attempt || isOfCaller(event)) continue;
      if (place !== peer && !place.startsWith(`${peer}.`)) continue;
      const kind = stateAfter[event];
      if (kind === undefined || toUs(atMs) < fromUs) continue;
      spend(toUs(atMs));
      state = { place, kind };
    }
    spend(toUs_);
  }
}

/** What a request does at a replica from an event on. */
const stateAfter: Partial<Record<TraceEvent, TimeKind | "calls">> = {
  arrived: "fault",
  delayed: "fault",
  stands: "fault",
  heldBack: "fault",
  queued: "wait",
  started: "service",
  served: "calls",
};

/** Calls of a visit at a stage: the first, and those that its site sent after it. */
function ownCalls(visitAttempt: number): (attempt: number) => boolean {
  const first = downstreamAttempt(visitAttempt);
  const own = new Set([first]);
  for (let number = 1; number < tryMaxCount; number += 1) own.add(laterAttempt(first, number));
  return (attempt) => own.has(attempt);
}

function latestEnd(calls: readonly Asked[]): Asked | undefined {
  return calls.reduce<Asked | undefined>(
    (latest, it) =>
      latest === undefined || it.toUs > latest.toUs || isAnswer(it, latest) ? it : latest,
    undefined,
  );
}

/** Of two that end at once, the answer is why the other ended. */
function isAnswer(it: Asked, other: Asked): boolean {
  return it.toUs === other.toUs && it.end === "answered" && other.end !== "answered";
}

const ofCaller: ReadonlySet<TraceEvent> = new Set<TraceEvent>([
  ...askedAs,
  ...endedAs,
  ...(["askLost", "answerLost", "answeredLate"] as const),
]);

function isOfCaller(event: TraceEvent): boolean {
  return ofCaller.has(event);
}

/** `bank#2.risk` to `bank.risk`: replicas of a stage are one part. */
function partOf(place: string): string {
  return place.replace(/#\d+/, "");
}

/** `bank#2.risk` to `bank`. */
function serviceOf(place: string): string {
  return place.replace(/[#.].*$/, "");
}

function toUs(ms: number): number {
  return Math.round(ms * 1_000);
}
