import { describe, expect, it } from "vitest";
import type { ReversalLine } from "../../src/chain/reversal-journal.ts";
import type { ResponseCode } from "../../src/domain/response-code.ts";
import { ReplicaUnderTest } from "../support/replica-under-test.ts";
import { simulateText } from "../support/simulated.ts";
import { TerminalsUnderTest } from "../support/terminals-under-test.ts";

/** Terminals that wait a second, tap once, and take back what they do not know of. */
const terminals = (reversal = "{}") =>
  new TerminalsUnderTest(`patience: { wait: 1s }, reversal: ${reversal}`);

describe("a payment of which the terminal does not know whether it stands", () => {
  it.each<{ why: string; does: (it: TerminalsUnderTest) => void; asks: readonly string[] }>([
    {
      why: "that is not answered is taken back",
      does: () => {},
      asks: ["0 pay", "1000 reverse"],
    },
    {
      why: "whose connection breaks is taken back",
      does: (it) => it.bank.break(0),
      asks: ["0 pay", "5 reverse"],
    },
    {
      why: "that fails behind the posting is taken back",
      does: (it) => it.bank.answer(0, "96"),
      asks: ["0 pay", "5 reverse"],
    },
    {
      why: "that nobody took is not: it stands nowhere",
      does: (it) => it.bank.refuse(0),
      asks: ["0 pay"],
    },
    {
      why: "that nobody was there to post is not",
      does: (it) => it.bank.answer(0, "91"),
      asks: ["0 pay"],
    },
    {
      why: "that is declined is not",
      does: (it) => it.bank.answer(0, "51"),
      asks: ["0 pay"],
    },
    {
      why: "that is approved is not",
      does: (it) => it.bank.answer(0),
      asks: ["0 pay"],
    },
  ])("$why", ({ does, asks }) => {
    const it = terminals();
    it.start();
    it.clock.runTo(5);
    does(it);
    it.clock.runTo(2_000);
    expect(it.asked).toEqual(asks);
  });

  it("is taken back after its last tap only", () => {
    const it = new TerminalsUnderTest(
      "patience: { wait: 1s, retries: 2, pause: 100ms }, reversal: {}",
    );
    it.start();
    it.clock.runTo(5);
    it.bank.break(0);
    it.clock.runTo(2_500);
    expect(it.asked).toEqual(["0 pay", "105 pay", "1105 pay", "2105 reverse"]);
  });

  it("is left as it is where the scenario knows no reversals", () => {
    const it = new TerminalsUnderTest("patience: { wait: 1s }");
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 pay"]);
    expect(it.counts).toEqual({});
  });
});

describe("a reversal", () => {
  it.each<{ code: ResponseCode; why: string }>([
    { code: "00", why: "the credit is taken back" },
    { code: "25", why: "there is no such original, and none will be let in" },
    { code: "94", why: "it was taken back before" },
  ])("is acknowledged by $code: $why", ({ code }) => {
    const it = terminals();
    it.onAsked({ reverse: (number) => it.bank.answer(number, code) });
    it.start();
    it.clock.runTo(60_000);
    expect(it.asked).toEqual(["0 pay", "1000 reverse"]);
    expect(it.counts).toEqual({ reversals: 1 });
    it.bank.answer(0);
    it.clock.runOut();
    expect(it.end).toMatchObject({ ending: "timedOut", reversal: "acknowledged", endedMs: 1_000 });
  });

  it("is repeated a minute after each failure, three times in all, and then listed", () => {
    const it = terminals();
    it.onAsked({ reverse: (number) => it.bank.refuse(number) });
    it.start();
    it.clock.runTo(500_000);
    expect(it.asked).toEqual(["0 pay", "1000 reverse", "61000 reverse", "121000 reverse"]);
    expect(it.counts).toEqual({ reversals: 1, reversalsRepeated: 2, reversalsListed: 1 });
    it.bank.lose(0);
    it.clock.runOut();
    expect(it.end.reversal).toBe("listed");
  });

  it.each<{ code: ResponseCode; why: string }>([
    { code: "63", why: "turned away by a check" },
    { code: "05", why: "declined at a door" },
    { code: "96", why: "failed" },
  ])("is not acknowledged by $code: $why", ({ code }) => {
    const it = terminals("{ tries: 2, every: 1s }");
    it.onAsked({ pay: (n) => it.bank.lose(n), reverse: (n) => it.bank.answer(n, code) });
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 pay", "1000 reverse", "2000 reverse"]);
    expect(it.end.reversal).toBe("listed");
  });

  it("is repeated as the scenario says, after the wait for each answer", () => {
    const it = terminals("{ tries: 4, every: 250ms }");
    it.start();
    it.clock.runTo(60_000);
    const [, ...sentMs] = it.bank.sentMs;
    expect(sentMs).toEqual([1_000, 2_250, 3_500, 4_750]);
    expect(it.counts).toEqual({ reversals: 1, reversalsRepeated: 3, reversalsListed: 1 });
  });

  it("ends with the try that is acknowledged", () => {
    const it = terminals("{ tries: 5, every: 250ms }");
    it.onAsked({
      pay: (number) => it.bank.lose(number),
      reverse: (number) => it.bank.answer(number, number === 2 ? "25" : "96"),
    });
    it.start();
    it.clock.runOut();
    expect(it.asked).toEqual(["0 pay", "1000 reverse", "1250 reverse"]);
    expect(it.end).toMatchObject({ reversal: "acknowledged", atMs: 1_250, endedMs: 1_000 });
  });

  it("is forgotten after the last try, where the terminal makes that mistake", () => {
    const it = terminals("{ tries: 1, exhausted: delete }");
    it.onAsked({ pay: (number) => it.bank.lose(number), reverse: (n) => it.bank.refuse(n) });
    it.start();
    it.clock.runOut();
    expect(it.counts).toEqual({ reversals: 1, reversalsDeleted: 1 });
    expect(it.end.reversal).toBe("deleted");
  });

  it("has a number of its own at each try, apart from those of the taps", () => {
    const it = terminals("{ tries: 100, every: 1ms }");
    it.start();
    it.clock.runTo(200_000);
    expect(new Set(it.bank.sent.map(({ attempt }) => attempt)).size).toBe(101);
  });

  it("keeps the activation open until it is dealt with", () => {
    const it = terminals();
    it.onAsked({ pay: (number) => it.bank.lose(number) });
    it.start();
    it.clock.runTo(1_500);
    expect([it.terminals.openCount, it.handedIn]).toEqual([1, []]);
    it.bank.answer(1);
    it.clock.runTo(1_600);
    expect([it.terminals.openCount, it.end.atMs]).toEqual([0, 1_500]);
  });

  it("that nobody has answered when the run ends is pending", () => {
    const it = terminals();
    it.start();
    it.clock.runTo(1_500);
    it.terminals.handInOpen();
    expect(it.end).toMatchObject({ reversal: "pending", ending: "timedOut" });
  });

  it("stands, whatever the bank says later of the payment", () => {
    const it = terminals();
    it.start();
    it.clock.runTo(1_200);
    it.bank.answer(0, "00");
    it.clock.runTo(1_400);
    it.bank.answer(1, "00");
    it.clock.runOut();
    const end = { toldApproved: false, ending: "timedOut", endedMs: 1_000 };
    expect(it.end).toMatchObject({ ...end, reversal: "acknowledged" });
  });

  it("is each activation's own", () => {
    const it = terminals();
    it.onAsked({ pay: (n) => it.bank.lose(n), reverse: (n) => it.bank.answer(n) });
    it.start(0);
    it.clock.runTo(300);
    it.start(1);
    it.clock.runOut();
    expect(it.bank.sent.map(({ atMs, index }) => `${atMs} #${index}`).slice(2)).toEqual([
      "1000 #0",
      "1300 #1",
    ]);
    expect(it.handedIn.map(({ reversal }) => reversal)).toEqual(["acknowledged", "acknowledged"]);
  });
});

describe("a bank that is asked to take back", () => {
  const [pay, reverse, status] = [0, 1, 2];
  const services = `  bank:
    stages:
      core: { workers: 9, posts: true }
      back: { workers: 9, reverses: true }
      look: { workers: 9, reads: true }
    operations: { ask: [core], reverse: [back], status: [look] }`;

  it.each([
    {
      why: "takes back what stands, and says so again",
      asks: [pay, status, reverse, status, reverse],
      hears: ["00", "00", "00", "25", "00"],
    },
    {
      why: "knows nothing of what never came, and refuses it when it comes late",
      asks: [reverse, pay, status],
      hears: ["25", "12", "25"],
    },
    {
      why: "posts nothing again that it took back",
      asks: [pay, reverse, pay, status],
      hears: ["00", "00", "12", "25"],
    },
  ])("$why", ({ asks, hears }) => {
    const it = new ReplicaUnderTest(services);
    const codes = asks.map((operation, attempt) => {
      const customer = it.ask({ index: 1, operation, attempt });
      it.clock.runFor(10);
      return customer.heard.join().slice(-2);
    });
    expect(codes).toEqual(hears);
  });
});

describe("reversals in a whole chain", () => {
  /** Payments take so long that their terminals have given up; reversals take no time. */
  const chain = (time: string) => `
name: reversed
duration: 10s
drain: 1m
promise: 1s
traffic:
  taps: { journey: pay, arrivals: { even: { rate: 5/s } }, patience: { wait: 1s }, reversal: {} }
services:
  operator:
    stages:
      forward: { workers: 100, call: { to: bank } }
      back: { workers: 100, call: { to: bank } }
    operations: { pay: [forward], reverse: [back] }
  bank:
    stages: { core: { workers: 100, time: ${time}, posts: true }, back: { workers: 100, reverses: true } }
    operations: { pay: [core], reverse: [back] }
`;

  it("that come before their payments bar them: nothing is posted, and nobody is one-sided", async () => {
    const { summary } = await simulateText(chain("3s"));
    expect(summary).toMatchObject({ planned: 50, money: { postedCount: 0, barredCount: 50 } });
    expect(summary.money?.reversals.acknowledged).toBe(50);
    expect(summary.money?.violations).toMatchObject({ oneSided: 0, phantom: 0, twice: 0 });
    expect(summary.outcomes.lost).toBe(50);
  });

  it("that come after them take them back", async () => {
    const services = chain("0s").replace("core: {", "slow: { workers: 100, time: 3s }, core: {");
    const { summary } = await simulateText(services.replace("pay: [core]", "pay: [core, slow]"));
    expect(summary.money).toMatchObject({ postedCount: 50, reversedCount: 50, barredCount: 0 });
    expect(summary.money?.reversals.acknowledged).toBe(50);
    expect(summary.money?.violations).toMatchObject({ oneSided: 0, bookWithoutLedger: 0 });
  });

  it("are not asked for where payments are in time", async () => {
    const { summary } = await simulateText(chain("100ms"));
    expect(summary.outcomes.credited).toBe(50);
    expect(summary.money?.reversals.acknowledged).toBe(0);
  });
});

describe("a reversal on the wire", () => {
  it("is a 0420 at first and a 0421 from then on; the payment is a plain request", () => {
    const it = terminals("{ tries: 3, every: 2s }");
    it.start();
    it.clock.runTo(30_000);
    expect(it.bank.sent.map(({ messageType }) => messageType)).toEqual([
      ...[null, "0420", "0421", "0421"],
    ]);
  });

  it("is a repeat where a policy sends it again, and says what it is behind the operator too", () => {
    const services = `
  operator:
    stages:
      undo: { workers: 9, call: { to: bank, retry: { attempts: 2, backoff: { exponential: { base: 10ms, max: 20ms } } } } }
    operations: { ask: [undo] }
  bank:
    stages: { undo: { workers: 9, reverses: true } }
    operations: { ask: [undo] }`;
    const it = new ReplicaUnderTest(services, "[]", { service: "operator" });
    it.way("bank").onSend = (number) => it.way("bank").answer(number, "96");
    it.ask({ messageType: "0420" });
    it.clock.runTo(1_000);
    expect(it.way("bank").sent.map(({ messageType }) => messageType)).toEqual(["0420", "0421"]);
  });
});

describe("what a terminal keeps of its reversals", () => {
  it.each<{ why: string; answers: readonly ResponseCode[]; keeps: readonly string[] }>([
    {
      why: "an acknowledged one",
      answers: ["00"],
      keeps: ["1000 pending 0", "1000 acknowledged 1"],
    },
    {
      why: "one that is listed",
      answers: ["96", "96"],
      keeps: ["1000 pending 0", "3000 listed 2"],
    },
    {
      why: "one that is not answered in the end",
      answers: ["96"],
      keeps: ["1000 pending 0", "4000 listed 2"],
    },
  ])("is each change of its state, before anything leaves: $why", ({ answers, keeps }) => {
    const lines: ReversalLine[] = [];
    const sentBefore: number[] = [];
    const write = (line: ReversalLine): void => {
      lines.push(line);
      sentBefore.push(it.asked.filter((asked) => asked.endsWith("reverse")).length);
    };
    const it = new TerminalsUnderTest(
      "patience: { wait: 1s }, reversal: { tries: 2, every: 2s }",
      undefined,
      { write },
    );
    const left = [...answers];
    it.onAsked({
      reverse: (number) => {
        const code = left.shift();
        if (code !== undefined) it.bank.answer(number, code);
      },
    });
    it.start(4);
    it.clock.runTo(30_000);
    expect(lines.map(({ atMs, state, tries }) => `${atMs} ${state} ${tries}`)).toEqual(keeps);
    expect(lines[0]).toMatchObject({ stream: "taps", number: 4, amountMinor: 500 });
    expect(sentBefore[0]).toBe(0);
  });
});
