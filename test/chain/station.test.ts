import { describe, expect, it } from "vitest";
import { type Customer, ReplicaUnderTest } from "../support/replica-under-test.ts";

/** A bank of one stage; `more` are its further keys. */
function bank(stage: string, faults = "[]", operations = "{ ask: [desk], pay: [desk] }") {
  const services = `  bank: { stages: { desk: { ${stage} } }, operations: ${operations} }`;
  return new ReplicaUnderTest(services, faults);
}

const heard = (customers: readonly Customer[]) => customers.map((it) => it.heard.join());

describe("a station", () => {
  it("serves as many at once as it has workers, and the others in their order", () => {
    const it = bank("workers: 2, time: 10ms");
    const customers = it.askAll(5);
    it.clock.runOut();
    expect(heard(customers)).toEqual(["10 00", "10 00", "20 00", "20 00", "30 00"]);
    expect(it.meter("desk").waitedMs).toEqual([0, 0, 10, 10, 20]);
    expect(it.meter("desk").level).toEqual([0, 0, 0]);
  });

  it("turns away what finds neither a worker nor a place, at once", () => {
    const it = bank("workers: 1, queue: 1, time: 10ms");
    const customers = it.askAll(3);
    expect(it.meter("desk").level).toEqual([1, 0, 1]);
    it.clock.runOut();
    expect(heard(customers)).toEqual(["10 00", "20 00", "0 96 bank-delay"]);
    expect(it.meter("desk").counts).toMatchObject({ arrived: 3, dropped: 1 });
  });

  it.each([
    { why: "the newest first", queue: "{ lifo: {} }", order: [0, 4, 3, 2, 1] },
    { why: "the newest while many wait", queue: "{ lifo: { above: 2 } }", order: [0, 4, 3, 1, 2] },
  ])("takes $why, where it says so", ({ queue, order }) => {
    const it = bank(`workers: 1, time: 10ms, queue: ${queue}`);
    expect(orderOf(it, it.askAll(5))).toEqual(order);
  });

  it("takes the important operations first", () => {
    const it = bank("workers: 1, time: 10ms, queue: { priority: { journeys: [pay] } }");
    const customers = [0, 0, 1, 0, 1].map((operation) => it.ask({ operation }));
    expect(orderOf(it, customers)).toEqual([0, 2, 4, 1, 3]);
  });

  it("takes the large amounts first", () => {
    const it = bank("workers: 1, time: 10ms, queue: { priority: { amounts: [100, 10] } }");
    const amounts = [1, 900, 1_000, 999, 10_000, 1_001];
    const customers = amounts.map((amountMinor) => it.ask({ amountMinor }));
    expect(orderOf(it, customers)).toEqual([0, 4, 2, 5, 1, 3]);
  });
});

describe("a deadline", () => {
  it("ends the wait in the queue at its very instant, and frees the place", () => {
    const it = bank("workers: 1, queue: 1, time: 100ms");
    it.ask();
    const late = it.ask({ deadlineMs: 30 });
    it.clock.runTo(30);
    expect(late.heard).toEqual(["30 68 bank-delay"]);
    const next = it.ask();
    it.clock.runOut();
    expect(next.heard).toEqual(["200 00"]);
    expect(it.meter("desk").counts).toMatchObject({ arrived: 3, expired: 1, dropped: 0 });
  });

  it("that has passed already is answered at once, though a worker is free", () => {
    const it = bank("workers: 1, time: 100ms");
    it.clock.runTo(50);
    const late = it.ask({ deadlineMs: 50 });
    expect(late.heard).toEqual(["50 68 bank-delay"]);
    expect(it.meter("desk")).toMatchObject({ counts: { expired: 1 }, waitedMs: [] });
  });

  it("does not stop a service that has begun, nor one that begins in time", () => {
    const it = bank("workers: 1, time: 100ms");
    const [first, second] = [it.ask({ deadlineMs: 40 }), it.ask({ deadlineMs: 101 })];
    it.clock.runOut();
    expect(heard([first, second])).toEqual(["100 00", "200 00"]);
  });

  it("at the instant at which a worker is free is past", () => {
    const it = bank("workers: 1, time: 100ms");
    it.ask();
    const [late, next] = [it.ask({ deadlineMs: 100 }), it.ask()];
    it.clock.runOut();
    expect(heard([late, next])).toEqual(["100 68 bank-delay", "200 00"]);
  });
});

describe("shedding", () => {
  it("turns away while as many wait as it says, though the queue is longer", () => {
    const it = bank("workers: 1, time: 10ms, queue: 9, shed: { queue: 2 }");
    expect(heard(it.askAll(4)).filter((it) => it === "0 96 bank-delay")).toHaveLength(1);
  });

  it("turns away what would still wait at its deadline, once it has seen how long service takes", () => {
    const it = bank("workers: 1, time: 10ms, shed: { deadline: true }");
    const unknown = [it.ask(), it.ask({ deadlineMs: 5 })];
    it.clock.runTo(20);
    expect(heard(unknown)).toEqual(["10 00", "5 68 bank-delay"]);
    it.ask();
    const [soon, enough] = [it.ask({ deadlineMs: 29 }), it.ask({ deadlineMs: 31 })];
    expect(heard([soon, enough])).toEqual(["20 96 bank-delay", ""]);
    it.clock.runOut();
    expect(enough.heard).toEqual(["40 00"]);
    expect(it.meter("desk").counts.dropped).toBe(1);
  });

  it("by CoDel drops from a standing queue, and never the last who waits", () => {
    const it = bank("workers: 1, time: 10ms, queue: { codel: { target: 5ms, interval: 50ms } }");
    // Twice as much comes as can be served.
    const customers: Customer[] = [];
    for (let atMs = 0; atMs < 1_000; atMs += 5) {
      it.clock.runTo(atMs);
      customers.push(it.ask());
    }
    it.clock.runOut();
    const { counts, waitedMs } = it.meter("desk");
    expect(counts.dropped).toBeGreaterThan(20);
    expect(counts.dropped + waitedMs.length).toBe(200);
    expect(heard(customers).filter((it) => it.endsWith("96 bank-delay"))).toHaveLength(
      counts.dropped,
    );
    const plain = bank("workers: 1, time: 10ms");
    plain.askAll(3);
    plain.clock.runOut();
    expect(plain.meter("desk").counts.dropped).toBe(0);
  });
});

describe("CoDel", () => {
  it("forgets its long waits when the last who waits gives up", () => {
    const it = bank("workers: 1, time: 100ms, queue: { codel: { target: 5ms, interval: 50ms } }");
    const early = [it.ask(), it.ask(), it.ask({ deadlineMs: 150 })];
    it.clock.runTo(190);
    const later = it.askAll(2);
    it.clock.runOut();
    expect(heard(early)).toEqual(["100 00", "200 00", "150 68 bank-delay"]);
    expect(heard(later)).toEqual(["300 00", "400 00"]);
  });
});

describe("a fault at the stage", () => {
  const from20to50 = (effect: string) => `[{ at: 20ms, for: 30ms, on: bank.desk, ${effect} }]`;

  it.each([
    { effect: "slow: 3x", heard: ["10 00", "55 00", "65 00"] },
    { effect: "delay: 40ms", heard: ["10 00", "75 00", "65 00"] },
    { effect: "errors: { rate: 100%, code: '91' }", heard: ["10 00", "25 91 bank-delay", "65 00"] },
    { effect: "down: maintenance", heard: ["10 00", "25 91 communication", "65 00"] },
    { effect: "down: refuse", heard: ["10 00", "25 96 communication", "65 00"] },
    { effect: "down: hang", heard: ["10 00", "60 00", "65 00"] },
    { effect: "down: freeze", heard: ["10 00", "60 00", "65 00"] },
  ])("$effect strikes what comes meanwhile", ({ effect, heard: expected }) => {
    const it = bank("workers: 9, time: 10ms", from20to50(effect));
    const customers = [0, 25, 55].map((atMs) => {
      it.clock.runTo(atMs);
      return it.ask();
    });
    it.clock.runOut();
    expect(heard(customers)).toEqual(expected);
  });

  it("hang lets go on what is being served, freeze stops it, and takes it up where it was", () => {
    for (const [down, ends] of [
      ["hang", "30 00"],
      ["freeze", "60 00"],
    ] as const) {
      const it = bank("workers: 1, time: 15ms", from20to50(`down: ${down}`));
      it.clock.runTo(15);
      const customer = it.ask();
      it.clock.runOut();
      expect(customer.heard).toEqual([ends]);
    }
  });

  it("freezes again and again, and each service takes its own time in all", () => {
    const faults = `[
      { at: 20ms, for: 30ms, on: bank.desk, down: freeze },
      { at: 60ms, for: 10ms, on: bank, down: freeze },
      { at: 65ms, for: 35ms, on: bank.desk, down: freeze }]`;
    const it = bank("workers: 3, time: 40ms", faults);
    const customers = [0, 10, 55].map((atMs) => {
      it.clock.runTo(atMs);
      return it.ask();
    });
    it.clock.runOut();
    // Frozen from 20 to 50 and from 60 to 100: 70 ms in all for the first two, 40 for the last.
    expect(heard(customers)).toEqual(["110 00", "120 00", "135 00"]);
    expect(it.meter("desk").heldMs).toEqual([110, 110, 80]);
  });
});

/** In which order they were answered. */
function orderOf(it: ReplicaUnderTest, customers: readonly Customer[]): readonly number[] {
  it.clock.runOut();
  const atMs = customers.map(({ heard }) => Number.parseInt(heard[0] ?? "", 10));
  return atMs.map((_, place) => place).sort((a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0));
}
