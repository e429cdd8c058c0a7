import { buildTerminals } from "../../src/chain/build.ts";
import { MemoryStore } from "../../src/chain/forward-store.ts";
import type { ReversalJournal } from "../../src/chain/reversal-journal.ts";
import type { Session } from "../../src/chain/session.ts";
import type { Terminals } from "../../src/chain/terminals.ts";
import type { ReversalState } from "../../src/domain/payment.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { HandClock, ScriptedTransport } from "./scripted.ts";

/** What was handed in of one activation, as it stood then. */
export type HandedIn = {
  readonly atMs: number;
  readonly index: number;
  readonly ending: string;
  readonly endedMs: number;
  readonly toldApproved: boolean;
  readonly reversal: ReversalState;
  readonly attempts: number;
};

const operations = ["pay", "reverse", "status", "open"] as const;
type Operation = (typeof operations)[number];

/** Terminals as the chain builds them; time, and the bank that they ask, are in the test's hand. */
export class TerminalsUnderTest {
  readonly clock = new HandClock();
  readonly bank = new ScriptedTransport(this.clock);
  readonly terminals: Terminals;
  readonly handedIn: HandedIn[] = [];

  /** @param keys - Of the stream. @param target - What it asks for. @param reversals - Kept there. */
  constructor(
    keys: string,
    target = "calls: operator.pay",
    reversals: ReversalJournal | null = null,
  ) {
    const text = `
name: terminals
duration: 1h
traffic:
  taps: { ${target}, arrivals: { even: { rate: 1/s } }, ${keys} }
services:
  operator:
    stages:
      core: { workers: 1, posts: true }
      back: { workers: 1, reverses: true }
      look: { workers: 1, reads: true }
    operations: { pay: [core], reverse: [back], status: [look], open: [look] }
`;
    const { scenario } = parseScenario(text, "terminals.yaml").baseline;
    const { clock, bank } = this;
    const world = {
      clock,
      seed: scenario.seed,
      transportTo: () => bank,
      storeOf: () => new MemoryStore(),
      tracerAt: () => null,
      life: { isOver: false },
      reversals,
    };
    const span = { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration };
    this.terminals = buildTerminals(scenario, world, "taps", 0, span, {
      measuresSends: false,
      finished: (session) => this.handedIn.push(handedInBy(session, clock.nowMs())),
    });
  }

  /** One activation begins now. */
  start(index = 0): void {
    this.terminals.start(index, this.clock.nowMs(), 500, -1);
  }

  /** What the bank was asked, and when: `100 reverse`. */
  get asked(): readonly string[] {
    return this.bank.sent.map(({ atMs, operation }) => `${atMs} ${operations[operation]}`);
  }

  /** Answers each request of a kind as it comes, if at all. */
  onAsked(answers: Partial<Record<Operation, (number: number) => void>>): void {
    this.bank.onSend = (number) => {
      const operation = operations[this.bank.sent[number]?.operation ?? -1];
      if (operation !== undefined) answers[operation]?.(number);
    };
  }

  get counts(): Readonly<Record<string, number>> {
    return this.terminals.counts.read();
  }

  /** The only activation that was handed in. */
  get end(): HandedIn {
    const [only, ...others] = this.handedIn;
    if (only === undefined || others.length > 0) throw new Error("handed in one");
    return only;
  }
}

function handedInBy(session: Session, atMs: number): HandedIn {
  const { payment, ending, endedMs, toldApproved, reversal, attempts } = session;
  return { atMs, index: payment.index, ending, endedMs, toldApproved, reversal, attempts };
}
