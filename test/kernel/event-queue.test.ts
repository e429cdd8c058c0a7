import { describe, expect, it } from "vitest";
import { noTicket } from "../../src/kernel/clock.ts";
import { draw } from "../../src/kernel/draw.ts";
import { EventQueue } from "../../src/kernel/event-queue.ts";

/** Notes the kinds that fired. */
class Notes {
  readonly fired: number[] = [];
  fire(kind: number): void {
    this.fired.push(kind);
  }
}

function drain(queue: EventQueue): void {
  while (queue.nextMs() < Number.POSITIVE_INFINITY) queue.fireNext();
}

describe("EventQueue", () => {
  it("fires events of one instant in the order in which they were scheduled", () => {
    const queue = new EventQueue();
    const notes = new Notes();
    for (let kind = 0; kind < 100; kind += 1) queue.push(5, notes, kind);
    drain(queue);
    expect(notes.fired).toEqual(Array.from({ length: 100 }, (_, kind) => kind));
  });

  it("keeps its order beyond 1024 pending events", () => {
    const queue = new EventQueue();
    const notes = new Notes();
    const times = Array.from({ length: 5_000 }, (_, i) => Math.floor(1_000 * draw(1, 0, i, 0)));
    const tickets = times.map((timeMs, i) => queue.push(timeMs, notes, i));
    expect(queue.length).toBe(5_000);
    const isKept = (i: number) => i % 3 !== 0;
    tickets.forEach((ticket, i) => {
      if (!isKept(i)) queue.cancel(ticket);
    });
    drain(queue);
    const inOrder = times.map((timeMs, i) => ({ timeMs, i }));
    inOrder.sort((a, b) => a.timeMs - b.timeMs || a.i - b.i);
    expect(notes.fired).toEqual(inOrder.map(({ i }) => i).filter(isKept));
    expect(queue.firedCount).toBe(notes.fired.length);
  });

  it("uses the place of a fired event again, so that its size is that of what is pending", () => {
    const queue = new EventQueue();
    const notes = new Notes();
    const slots = new Set<number>();
    for (let i = 0; i < 10_000; i += 1) {
      slots.add(queue.push(i, notes, 0) % 2 ** 22);
      queue.push(i, notes, 1);
      drain(queue);
    }
    expect(slots.size).toBeLessThanOrEqual(2);
    expect(notes.fired.length).toBe(20_000);
  });

  it("does not cancel the event that took the place of a fired one", () => {
    const queue = new EventQueue();
    const notes = new Notes();
    const old = queue.push(1, notes, 1);
    drain(queue);
    queue.push(2, notes, 2);
    queue.cancel(old);
    drain(queue);
    expect(notes.fired).toEqual([1, 2]);
  });

  it("takes the cancelling of no event", () => {
    const queue = new EventQueue();
    const notes = new Notes();
    queue.push(1, notes, 1);
    queue.cancel(noTicket);
    drain(queue);
    expect(notes.fired).toEqual([1]);
  });

  it("fires last what was scheduled for this very instant while it was worked on", () => {
    const queue = new EventQueue();
    const notes = new Notes();
    const relay = { fire: () => void queue.push(5, notes, 3) };
    queue.push(5, relay, 0);
    queue.push(5, notes, 1);
    queue.push(6, notes, 4);
    queue.push(5, notes, 2);
    drain(queue);
    expect(notes.fired).toEqual([1, 2, 3, 4]);
  });

  it("has nothing due when all is cancelled, and refuses to fire it", () => {
    const queue = new EventQueue();
    const ticket = queue.push(1, new Notes(), 1);
    queue.cancel(ticket);
    expect(() => queue.fireNext()).toThrow("the top of the queue is dead");
    expect(queue.nextMs()).toBe(Number.POSITIVE_INFINITY);
    expect(queue.length).toBe(0);
    expect(() => queue.fireNext()).toThrow("the top of the queue is dead");
  });
});
