import { expect, it } from "vitest";
import type { Ticket } from "../../src/kernel/clock.ts";
import { EventQueue } from "../../src/kernel/event-queue.ts";
import { fc } from "../support/property.ts";

const step = fc.oneof(
  // Few different times, so that many events fall on one instant.
  { weight: 4, arbitrary: fc.nat(8).map((timeMs) => ({ kind: "push" as const, timeMs })) },
  // More than stand in order, so that some wait in the heap.
  { weight: 1, arbitrary: fc.nat(8).map((timeMs) => ({ kind: "crowd" as const, timeMs })) },
  { weight: 3, arbitrary: fc.nat(1).map((which) => ({ kind: "wait" as const, which })) },
  { weight: 2, arbitrary: fc.nat(200).map((pick) => ({ kind: "cancel" as const, pick })) },
  { weight: 3, arbitrary: fc.constant({ kind: "fire" as const }) },
  // The fired event schedules another one, and cancels itself, which comes too late.
  { weight: 1, arbitrary: fc.nat(8).map((timeMs) => ({ kind: "relay" as const, timeMs })) },
);

/** Two lengths that are waited for again and again: each has a lane. */
const fixedMs = [3, 5] as const;

type Event = { readonly id: number; readonly timeMs: number; state: "pending" | "gone" };

/** The queue beside a list that is searched from the start each time. */
class Pair {
  readonly reached = new Set<string>();
  readonly #queue = new EventQueue();
  readonly #model: Event[] = [];
  readonly #tickets: Ticket[] = [];
  readonly #slots = new Set<number>();
  readonly #lanes = fixedMs.map((delayMs) => this.#queue.laneFor(delayMs));
  /** Of the last event that was fired: lanes need time that does not go back. */
  #nowMs = 0;
  readonly #fired: number[] = [];
  #relay: { timeMs: number } | undefined;

  fire(id: number): void {
    this.#fired.push(id);
    const relay = this.#relay;
    this.#relay = undefined;
    if (relay === undefined) return;
    this.#queue.cancel(this.#tickets[id] as Ticket);
    this.push(relay.timeMs);
  }

  push(aheadMs: number): void {
    const timeMs = this.#nowMs + aheadMs;
    this.#add(timeMs, (id) => this.#queue.push(timeMs, this, id));
  }

  wait(which: number): void {
    const timeMs = this.#nowMs + (fixedMs[which] ?? 0);
    this.#add(timeMs, (id) => this.#queue.pushToLane(this.#lanes[which] ?? 0, timeMs, this, id));
    this.reached.add("in a lane");
  }

  #add(timeMs: number, push: (id: number) => Ticket): void {
    const id = this.#model.length;
    if (this.#pending().some((it) => it.timeMs === timeMs)) this.reached.add("tie");
    this.#model.push({ id, timeMs, state: "pending" });
    const ticket = push(id);
    expect(this.#tickets).not.toContain(ticket);
    this.#tickets.push(ticket);
    const slot = ticket % 2 ** 22;
    if (this.#slots.has(slot)) this.reached.add("slot reused");
    this.#slots.add(slot);
  }

  cancel(pick: number): void {
    if (this.#model.length === 0) return;
    const event = this.#model[pick % this.#model.length] as Event;
    this.reached.add(event.state === "pending" ? "cancelled" : "stale ticket");
    event.state = "gone";
    this.#queue.cancel(this.#tickets[event.id] as Ticket);
  }

  fireNext(relay?: { timeMs: number }): void {
    const due = this.#pending().sort((a, b) => a.timeMs - b.timeMs || a.id - b.id)[0];
    expect(this.#queue.nextMs()).toBe(due?.timeMs ?? Number.POSITIVE_INFINITY);
    this.reached.add(due === undefined ? "empty" : "fired");
    if (due === undefined) return;
    due.state = "gone";
    this.#nowMs = due.timeMs;
    this.#relay = relay;
    const firedCount = this.#queue.firedCount;
    this.#queue.fireNext();
    expect(this.#fired.at(-1)).toBe(due.id);
    expect(this.#queue.firedCount).toBe(firedCount + 1);
  }

  fireAll(): void {
    for (let left = this.#pending().length; left >= 0; left -= 1) this.fireNext();
    expect(this.#queue.length).toBe(0);
    expect(new Set(this.#fired).size).toBe(this.#fired.length);
  }

  #pending(): Event[] {
    return this.#model.filter(({ state }) => state === "pending");
  }
}

// Goal: events fire by time, then in the order of scheduling; a cancelled one never, a fired one
// never again, and a ticket that has outlived its event harms no other. Method: random steps beside
// a naive list, and old tickets cancelled again and again.
it("fires what a sorted list would, in its order", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const pair = new Pair();
      for (const it of steps) {
        if (it.kind === "push") pair.push(it.timeMs);
        else if (it.kind === "crowd") {
          for (let i = 0; i < 40; i += 1) pair.push((it.timeMs + i) % 9);
        } else if (it.kind === "wait") pair.wait(it.which);
        else if (it.kind === "cancel") pair.cancel(it.pick);
        else pair.fireNext(it.kind === "relay" ? it : undefined);
      }
      pair.fireAll();
      for (const state of pair.reached) reached.add(state);
    }),
    { numRuns: 300 },
  );
  const all = ["tie", "slot reused", "cancelled", "stale ticket", "empty", "fired", "in a lane"];
  expect(reached).toEqual(new Set(all));
});

// Goal: cancelled events are not kept for long, however many there are and wherever they wait, and
// sweeping them out changes nothing for the others. Method: nine of ten are cancelled at once.
it("keeps no more than twice the events that live, and fires those in their order", () => {
  const queue = new EventQueue();
  const lane = queue.laneFor(100_000);
  const fired: number[] = [];
  const target = { fire: (kind: number) => void fired.push(kind) };
  const expected: { readonly timeMs: number; readonly id: number }[] = [];
  let mostRows = 0;
  for (let id = 0; id < 20_000; id += 1) {
    const isLane = id % 2 === 0;
    const timeMs = isLane ? id + 100_000 : (id * 7_919) % 150_000;
    const ticket = isLane
      ? queue.pushToLane(lane, timeMs, target, id)
      : queue.push(timeMs, target, id);
    if (id % 20 < 2) expected.push({ timeMs, id });
    else queue.cancel(ticket);
    mostRows = Math.max(mostRows, queue.length - 2 * expected.length);
  }
  expect(mostRows).toBeLessThan(300);
  while (queue.nextMs() < Number.POSITIVE_INFINITY) queue.fireNext();
  expect(fired).toEqual(
    expected.toSorted((a, b) => a.timeMs - b.timeMs || a.id - b.id).map(({ id }) => id),
  );
  expect(queue.length).toBe(0);
});
