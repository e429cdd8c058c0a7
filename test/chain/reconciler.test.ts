import { describe, expect, it } from "vitest";
import { memoryJournals } from "../../src/chain/journals.ts";
import type { Closing } from "../../src/domain/closing.ts";
import type { ResponseCode } from "../../src/domain/response-code.ts";
import { type ProcessLeft, ReplicaUnderTest } from "../support/replica-under-test.ts";

const services = (keys: string) => `
  operator:
    stages: { forward: { workers: 9, call: { to: bank } } }
    operations: { ask: [forward] }
    reconciliation: { with: bank, after: 5s, timeout: 2s, pause: 1s${keys} }
  bank:
    stages:
      post: { workers: 9, posts: true }
      look: { workers: 9, reads: true }
      batch: { workers: 9, reconciles: true }
    operations: { ask: [post], status: [look], settle: [batch] }
    settlement: { every: 1m }`;

const settlement = null;
const journals = () => memoryJournals({ settlement, isReconciled: false, reconciles: true });

/** The first replica of an operator whose bank is in the test's hand, and its batches of a minute. */
function operator(keys = "", more: ProcessLeft = {}): ReplicaUnderTest {
  const left = { journals: journals(), ...more, service: "operator" };
  return new ReplicaUnderTest(services(keys), "[]", left);
}

/** What the bank's system of answers to totals and uploads is, by their order. */
type Says = ResponseCode | "nothing" | `00 in ${number}`;

/** Lets the bank answer what it is sent, the totals by one list and the uploads by the other. */
function script(
  it: ReplicaUnderTest,
  totals: readonly Says[],
  uploads: readonly Says[] = [],
): void {
  const way = it.way("bank");
  const left = { "0500": [...totals], "0320": [...uploads] };
  way.onSend = (number) => {
    const type = way.sent[number]?.messageType;
    if (type !== "0500" && type !== "0320") return;
    const says = left[type].shift() ?? "nothing";
    if (says === "nothing") return;
    const [code, batch = "0"] = says.split(" in ");
    way.answer(number, code as ResponseCode, 0, null, code === "00" ? Number(batch) : -1);
  };
}

const paid = (index: number, amountMinor = 100) => {
  return { streamKey: 7, index, merchant: index, amountMinor };
};

/** What was sent after the payments: `65000 0500 300`, `65000 0320 #2`. */
function sent(it: ReplicaUnderTest): readonly string[] {
  return it.way("bank").sent.flatMap(({ atMs, messageType, amountMinor, index }) => {
    if (messageType === null) return [];
    return [`${atMs} ${messageType} ${messageType === "0500" ? amountMinor : `#${index}`}`];
  });
}

/** Three payments of the first batch: two are approved, of the third nobody knows. */
function threePayments(it: ReplicaUnderTest): void {
  const { book } = it.journals;
  book.write(paid(1), "approved", 0, 1_000);
  book.write(paid(2, 200), "approved", 0, 2_000);
  book.write(paid(3, 400), "unknown", -1, 3_000);
}

describe("the closing of a batch", () => {
  it.each<{
    why: string;
    totals: readonly Says[];
    uploads?: readonly Says[];
    ends: Partial<Closing>;
    sends: readonly string[];
  }>([
    {
      why: "agrees at once",
      totals: ["00"],
      ends: { state: "agreed", closedAtMs: 65_000, totalMinor: 300, uploadedCount: 0 },
      sends: ["65000 0500 300"],
    },
    {
      why: "agrees when the bank is there again",
      totals: ["nothing", "91", "00"],
      ends: { state: "agreed", totalsSentAtMs: 65_000, closedAtMs: 69_000 },
      sends: ["65000 0500 300", "68000 0500 300", "69000 0500 300"],
    },
    {
      why: "is given up after the last try",
      totals: ["nothing", "nothing", "nothing"],
      ends: { state: "unanswered", closedAtMs: null },
      sends: ["65000 0500 300", "68000 0500 300", "71000 0500 300"],
    },
    {
      why: "finds a credit by an upload",
      totals: ["95", "00"],
      uploads: ["00", "00", "00"],
      ends: { state: "agreedAfterUpload", uploadedCount: 3, foundCount: 1, foundMinor: 400 },
      sends: [
        ...["65000 0500 300", "65000 0320 #1", "65000 0320 #2", "65000 0320 #3"],
        "65000 0500 700",
      ],
    },
    {
      why: "takes out what the bank does not have, and leaves open what may still come",
      totals: ["95", "00"],
      uploads: ["00", "25", "25"],
      ends: { state: "agreedAfterUpload", uploadedCount: 3, foundCount: 0, foundMinor: 0 },
      sends: [
        ...["65000 0500 300", "65000 0320 #1", "65000 0320 #2", "65000 0320 #3"],
        "65000 0500 100",
      ],
    },
    {
      why: "finds a credit that is in another batch",
      totals: ["95", "00"],
      uploads: ["00", "00", "00 in 1"],
      ends: { state: "agreedAfterUpload", foundCount: 1, foundMinor: 400 },
      sends: [
        ...["65000 0500 300", "65000 0320 #1", "65000 0320 #2", "65000 0320 #3"],
        "65000 0500 300",
      ],
    },
    {
      why: "differs where the bank has more than anybody knows of",
      totals: ["95", "95"],
      uploads: ["00", "00", "25"],
      ends: { state: "differs", uploadedCount: 3, foundCount: 0, closedAtMs: 65_000 },
      sends: [
        ...["65000 0500 300", "65000 0320 #1", "65000 0320 #2", "65000 0320 #3"],
        "65000 0500 300",
      ],
    },
    {
      why: "sends an upload again that was not answered, and at last goes on without it",
      totals: ["95", "95"],
      uploads: ["00", "00", "nothing", "68", "96"],
      ends: { state: "differs", uploadedCount: 3, closedAtMs: 69_000 },
      sends: [
        ...["65000 0500 300", "65000 0320 #1", "65000 0320 #2", "65000 0320 #3"],
        ...["68000 0320 #3", "69000 0320 #3", "69000 0500 300"],
      ],
    },
    {
      why: "is given up where the bank vanishes after an upload",
      totals: ["95"],
      uploads: ["00", "00", "00"],
      ends: { state: "unanswered", uploadedCount: 3, foundCount: 1, closedAtMs: null },
      sends: [
        ...["65000 0500 300", "65000 0320 #1", "65000 0320 #2", "65000 0320 #3"],
        ...["65000 0500 700", "68000 0500 700", "71000 0500 700"],
      ],
    },
  ])("$why", ({ totals, uploads, ends, sends }) => {
    const it = operator();
    threePayments(it);
    script(it, totals, uploads);
    it.clock.runTo(119_000);
    expect(sent(it)).toEqual(sends);
    expect(it.journals.closings.list).toEqual([expect.objectContaining({ batch: 0, ...ends })]);
  });

  it("uploads a few at once", () => {
    const it = operator(", atOnce: 2");
    threePayments(it);
    script(it, ["95"]);
    it.clock.runTo(66_000);
    expect(sent(it)).toEqual(["65000 0500 300", "65000 0320 #1", "65000 0320 #2"]);
    it.way("bank").answer(2);
    it.clock.runTo(66_001);
    expect(sent(it).slice(3)).toEqual(["66000 0320 #3"]);
  });

  it("is the work of one replica, and closes empty batches too", () => {
    const it = operator();
    script(it, ["00", "00", "00"]);
    it.clock.runTo(200_000);
    expect(sent(it)).toEqual(["65000 0500 0", "125000 0500 0", "185000 0500 0"]);
    expect(it.journals.closings.list.map(({ batch }) => batch)).toEqual([0, 1, 2]);
  });

  it("comes late where the one before it was, one batch after the other", () => {
    const it = operator(", tries: 100");
    threePayments(it);
    it.clock.runTo(250_000);
    script(it, ["00", "00", "00", "00"]);
    it.clock.runTo(260_000);
    const closed = it.journals.closings.list.map(({ batch, closedAtMs }) => [batch, closedAtMs]);
    expect(closed).toEqual([0, 1, 2, 3].map((batch) => [batch, expect.any(Number)]));
    for (const [, closedAtMs] of closed) expect(closedAtMs).toBeGreaterThan(250_000);
  });

  it("numbers each try by itself, so that no two share their draws", () => {
    const it = operator();
    threePayments(it);
    script(it, ["nothing", "95"], ["nothing", "nothing", "nothing", "nothing"]);
    it.clock.runTo(119_000);
    const keys = it.way("bank").sent.map(({ index, attempt, messageType }) => {
      return `${messageType === "0500" ? "batch" : "payment"} ${index} ${attempt}`;
    });
    expect(keys.length).toBeGreaterThan(9);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("what a run waits for", () => {
  it("is a batch that has something, until it is closed", () => {
    const it = operator();
    expect(it.replica.storedCount).toBe(0);
    threePayments(it);
    expect(it.replica.storedCount).toBe(1);
    script(it, ["00"]);
    it.clock.runTo(64_000);
    expect(it.replica.storedCount).toBe(1);
    it.clock.runTo(66_000);
    expect(it.replica.storedCount, "what was open has had its chance").toBe(0);
  });
});

describe("a process that comes after one that was killed", () => {
  it("goes on with the first batch that was not closed", () => {
    const before = operator();
    script(before, ["00", "95"]);
    before.clock.runTo(126_000);
    before.replica.die();
    const { clock, journals } = before;
    const after = operator("", { clock, journals });
    script(after, ["00", "00"]);
    clock.runTo(186_000);
    expect(sent(before)).toEqual(["65000 0500 0", "125000 0500 0", "125000 0500 0"]);
    expect(sent(after)).toEqual(["126000 0500 0", "185000 0500 0"]);
    expect(journals.closings.list.map(({ batch }) => batch)).toEqual([0, 1, 2]);
  });
});
