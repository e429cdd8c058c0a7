import { expect, it } from "vitest";
import { CoDel } from "../../src/policy/codel.ts";
import { fc } from "../support/property.ts";

const targetMs = 5;
const intervalMs = 100;

type Taken = { readonly id: number; readonly cameMs: number } | undefined;

/** The queue of RFC 8289, section 5, written down in its own order: a loop that takes and drops. */
class Reference {
  readonly dropped: number[] = [];
  readonly reached = new Set<string>();
  readonly #queue: { id: number; cameMs: number }[] = [];
  #firstAbove = 0;
  #dropNext = 0;
  #count = 0;
  #lastCount = 0;
  #dropping = false;

  push(id: number, cameMs: number): void {
    this.#queue.push({ id, cameMs });
  }

  take(now: number): Taken {
    let [taken, mayDrop] = this.#look(now);
    const before = this.dropped.length;
    if (this.#dropping) {
      if (!mayDrop) this.#leave(taken);
      while (now >= this.#dropNext && this.#dropping) {
        this.#drop(taken);
        this.#count += 1;
        [taken, mayDrop] = this.#look(now);
        if (mayDrop) this.#dropNext = this.#law(this.#dropNext);
        else {
          this.#dropping = false;
          this.reached.add("left by dropping");
        }
      }
    } else if (mayDrop) {
      this.#drop(taken);
      [taken, mayDrop] = this.#look(now);
      this.#dropping = true;
      const gained = this.#count - this.#lastCount;
      this.#count = 1;
      if (gained > 1 && now - this.#dropNext < 16 * intervalMs) this.#count = gained;
      this.reached.add(this.#count > 1 ? "began at the last pace" : "began anew");
      this.#dropNext = this.#law(now);
      this.#lastCount = this.#count;
    }
    if (this.dropped.length > before + 1) this.reached.add("several at once");
    return taken;
  }

  clear(): void {
    this.#queue.length = 0;
    this.take(0);
    this.reached.add("emptied");
  }

  #look(now: number): [Taken, boolean] {
    const taken = this.#queue.shift();
    if (taken === undefined || now - taken.cameMs < targetMs || this.#queue.length === 0) {
      this.#firstAbove = 0;
      return [taken, false];
    }
    if (this.#firstAbove === 0) this.#firstAbove = now + intervalMs;
    else if (now >= this.#firstAbove) return [taken, true];
    return [taken, false];
  }

  #leave(taken: Taken): void {
    this.#dropping = false;
    this.reached.add(taken === undefined ? "left empty" : "left at a short wait");
  }

  #drop(taken: Taken): void {
    if (taken !== undefined) this.dropped.push(taken.id);
  }

  #law(fromMs: number): number {
    return fromMs + intervalMs / Math.sqrt(this.#count);
  }
}

/** The same queue around the policy, as a stage uses it. */
class Policed {
  readonly dropped: number[] = [];
  readonly #queue: { id: number; cameMs: number }[] = [];
  readonly #codel = new CoDel({ target: targetMs, interval: intervalMs });

  push(id: number, cameMs: number): void {
    this.#queue.push({ id, cameMs });
  }

  take(nowMs: number): Taken {
    for (let it = this.#queue.shift(); it !== undefined; it = this.#queue.shift()) {
      if (!this.#codel.drops(nowMs, nowMs - it.cameMs, this.#queue.length)) return it;
      this.dropped.push(it.id);
    }
    return undefined;
  }

  clear(): void {
    this.#queue.length = 0;
    this.#codel.emptied();
  }
}

/** A time during which one comes every `everyMs` and one is taken every `takeMs`. */
const phase = fc.record({
  everyMs: fc.integer({ min: 1, max: 40 }),
  takeMs: fc.integer({ min: 1, max: 60 }),
  steps: fc.integer({ min: 1, max: 60 }),
  pauseMs: fc.constantFrom(0, 0, 3, 150, 2_000),
  clears: fc.boolean(),
});

// Goal: asked waiter by waiter, the policy drops whom the loop of the RFC drops. Method: both queues
// side by side through random phases of light load, overload, standstill and sudden emptiness.
it("drops whom the RFC's own loop drops", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(phase, { minLength: 1, maxLength: 12 }), (phases) => {
      const reference = new Reference();
      const policed = new Policed();
      let nowMs = 1;
      let nextId = 0;
      for (const { everyMs, takeMs, steps, pauseMs, clears } of phases) {
        let backlogMs = 0;
        for (let i = 0; i < steps; i += 1) {
          for (; backlogMs >= 0; backlogMs -= everyMs) {
            reference.push(nextId, nowMs);
            policed.push(nextId, nowMs);
            nextId += 1;
          }
          nowMs += takeMs;
          backlogMs += takeMs;
          expect(policed.take(nowMs)?.id).toBe(reference.take(nowMs)?.id);
        }
        expect(policed.dropped).toEqual(reference.dropped);
        nowMs += pauseMs;
        if (clears) {
          reference.clear();
          policed.clear();
        }
      }
      for (const it of reference.reached) reached.add(it);
    }),
    { numRuns: 400 },
  );
  const begins = ["began anew", "began at the last pace", "several at once"];
  const ends = ["left at a short wait", "left by dropping", "left empty", "emptied"];
  expect(reached).toEqual(new Set([...begins, ...ends]));
});
