import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/chain/forward-store.ts";
import { Payment } from "../../src/chain/payment.ts";
import type { ResponseCode } from "../../src/domain/response-code.ts";
import { type ProcessLeft, ReplicaUnderTest } from "../support/replica-under-test.ts";
import { CountingTrail } from "../support/scripted.ts";

/** A bank that posts at once, and tells the merchants by these keys of `notices`. */
function bank(keys = "", left: ProcessLeft = {}): ReplicaUnderTest {
  const services = `  bank:
    stages: { core: { workers: 50, posts: true } }
    operations: { ask: [core] }
    notices: { to: merchants${keys} }
  merchants: { stages: { phone: { workers: 1, hears: true } }, operations: { notice: [phone] } }`;
  return new ReplicaUnderTest(services, "[]", left);
}

/** When the merchants were told, and of which activation. */
const told = (it: ReplicaUnderTest) =>
  it.way("merchants").sent.map((sent) => `${sent.atMs} #${sent.index}`);

/** Whoever is told answers so, at once; in vain: nobody takes the connection. */
function answerAll(it: ReplicaUnderTest, code?: ResponseCode): void {
  const way = it.way("merchants");
  way.onSend = (number) => (code === undefined ? way.refuse(number) : way.answer(number, code));
}

describe("a notice", () => {
  it("comes at once when a credit is posted, and once where it is acknowledged", () => {
    const it = bank();
    answerAll(it, "00");
    const trail = new CountingTrail();
    it.clock.runTo(5);
    it.ask({ trail });
    it.clock.runOut();
    expect(told(it)).toEqual(["5 #0"]);
    expect(it.counts).toEqual({ notices: 1 });
    expect(trail).toMatchObject({ heldCount: 1, releasedCount: 1, underWay: 0 });
  });

  it("is repeated by the schedule of WeChat Pay, to the millisecond, and listed after the last", () => {
    const it = bank();
    answerAll(it);
    const trail = new CountingTrail();
    it.ask({ trail });
    it.clock.runTo(11_039_999);
    expect(it.replica.storedCount, "still to be told").toBe(1);
    it.clock.runOut();
    expect(it.way("merchants").sentMs.map((ms) => ms / 1_000)).toEqual([
      0, 15, 30, 60, 240, 2_040, 3_840, 5_640, 7_440, 11_040,
    ]);
    expect(it.counts).toEqual({ notices: 1, noticesRepeated: 9, noticesListed: 1 });
    expect([it.replica.storedCount, trail.underWay]).toEqual([0, 0]);
  });

  it("waits for an answer first, for as long as the scenario says", () => {
    const it = bank(", schedule: [1s, 2s, 3s], timeout: 400ms");
    it.ask();
    it.clock.runOut();
    expect(it.way("merchants").sentMs).toEqual([1_000, 3_400, 6_800]);
    expect(it.clock.nowMs()).toBe(7_200);
    expect(it.counts.noticesListed).toBe(1);
  });

  it("waits five seconds for an answer unless the scenario says otherwise", () => {
    const it = bank(", schedule: [0s, 1s]");
    it.ask();
    it.clock.runOut();
    expect(it.way("merchants").sentMs).toEqual([0, 6_000]);
  });

  it.each<{ code: ResponseCode; why: string; tries: number }>([
    { code: "94", why: "a duplicate is acknowledged", tries: 1 },
    { code: "96", why: "a failure is not", tries: 3 },
    { code: "05", why: "nor is a refusal", tries: 3 },
  ])("answered $code is tried $tries times: $why", ({ code, tries }) => {
    const it = bank(", schedule: [0s, 1s, 1s]");
    answerAll(it, code);
    it.ask();
    it.clock.runOut();
    expect(told(it)).toHaveLength(tries);
    expect(it.counts.noticesListed ?? 0).toBe(tries === 3 ? 1 : 0);
  });

  it("ends with the try that is acknowledged", () => {
    const it = bank(", schedule: [0s, 1s, 1s, 1s]");
    const way = it.way("merchants");
    way.onSend = (number) => (number === 2 ? way.answer(number) : way.break(number));
    it.ask();
    it.clock.runOut();
    expect(way.sentMs).toEqual([0, 1_000, 2_000]);
    expect(it.counts).toEqual({ notices: 1, noticesRepeated: 2 });
  });

  it("acknowledged only after its time was over is repeated: the merchant hears twice", () => {
    const it = bank(", schedule: [0s, 1s], timeout: 100ms");
    it.ask();
    it.clock.runTo(500);
    it.way("merchants").answer(0);
    it.clock.runTo(1_150);
    it.way("merchants").answer(1);
    it.clock.runOut();
    expect(it.way("merchants").sentMs).toEqual([0, 1_100]);
  });

  it("is each credit's own: one that fails holds up no other", () => {
    const it = bank(", schedule: [0s, 1s]");
    const way = it.way("merchants");
    way.onSend = (number) => (number === 0 ? way.refuse(number) : way.answer(number));
    it.ask();
    it.clock.runTo(300);
    it.ask();
    it.clock.runOut();
    expect(told(it)).toEqual(["0 #0", "300 #1", "1000 #0"]);
  });

  it("is sent for no repeat of a payment, which posts nothing", () => {
    const it = bank();
    answerAll(it, "00");
    for (const attempt of [0, 1]) {
      it.ask({ index: 3, attempt });
      it.clock.runFor(10);
    }
    expect(told(it)).toEqual(["0 #3"]);
  });

  it("has a number of its own at each try", () => {
    const it = bank();
    answerAll(it);
    it.ask();
    it.clock.runOut();
    expect(new Set(it.way("merchants").sent.map(({ attempt }) => attempt)).size).toBe(10);
  });
});

describe("a process that comes after one that was killed", () => {
  it("begins the schedule of each open notice anew, the acknowledged left out", () => {
    const before = bank(", schedule: [0s, 10s, 20s]");
    before.askAll(3);
    before.clock.runTo(1);
    for (const number of [0, 1]) before.way("merchants").refuse(number);
    before.way("merchants").answer(2);
    before.clock.runTo(5_000);
    before.replica.die();
    const { clock } = before;
    const after = bank(", schedule: [0s, 10s, 20s]", before);
    expect(after.replica.storedCount).toBe(2);
    answerAll(after);
    clock.runOut();
    expect(told(before), "the dead one sends nothing more").toHaveLength(3);
    expect(told(after)).toEqual(
      [5_000, 15_000, 35_000].flatMap((atMs) => [`${atMs} #0`, `${atMs} #1`]),
    );
    expect(after.counts).toEqual({ noticesRepeated: 4, noticesListed: 2 });
    expect(after.replica.storedCount).toBe(0);
  });

  it("tells again what the dead one's merchant had heard, for nobody was there to know it", () => {
    const before = bank();
    const trail = new CountingTrail();
    before.ask({ trail });
    before.clock.runTo(10);
    before.replica.die();
    const { clock } = before;
    const after = bank("", before);
    answerAll(after, "00");
    clock.runTo(20);
    before.way("merchants").answer(0);
    clock.runOut();
    expect([told(before), told(after)]).toEqual([["0 #0"], ["10 #0"]]);
    expect([after.replica.storedCount, trail.underWay]).toEqual([0, 0]);
  });

  it("tells of nothing that was written down and never posted", () => {
    const store = new MemoryStore();
    const payment = new Payment(7, 1, 1, 100);
    store.add({ payment, attempt: 0, operation: 0, messageType: null });
    const it = bank("", { store });
    it.clock.runOut();
    expect([told(it), it.replica.storedCount]).toEqual([[], 0]);
  });
});
