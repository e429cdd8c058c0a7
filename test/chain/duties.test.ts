import { expect, it } from "vitest";
import { Duties } from "../../src/chain/duties.ts";
import { memoryJournals } from "../../src/chain/journals.ts";
import { Payment } from "../../src/chain/payment.ts";
import type { Replica } from "../../src/chain/replica.ts";
import { StageSpec } from "../../src/chain/service-spec.ts";
import { Visit } from "../../src/chain/visit.ts";
import { ReplicaUnderTest } from "../support/replica-under-test.ts";

/** One visit of activation 3, for so much. */
function visitOf(replica: Replica, amountMinor: number): Visit {
  return Object.assign(new Visit(replica), { payment: new Payment(7, 3, 0, amountMinor) });
}

it("tells who traces what became of the ledger, step by step", () => {
  const { replica } = new ReplicaUnderTest(`
  bank: { stages: { serve: { workers: 1 } }, operations: { ask: [serve] } }`);
  const heard: string[] = [];
  const parts = {
    journals: memoryJournals(),
    isProtected: true,
    checksAmount: true,
    notifier: null,
    tracer: { note: (_of: unknown, event: string) => heard.push(event) },
  };
  const stage = (does: object) => StageSpec.parse({ workers: 1, ...does });
  const post = new Duties({ ...parts, spec: stage({ posts: true }) });
  const reverse = new Duties({ ...parts, spec: stage({ reverses: true }) });
  const look = new Duties({ ...parts, spec: stage({ reads: true }) });
  const steps = [
    { duties: look, amountMinor: 100, code: "25" },
    { duties: post, amountMinor: 100, code: null },
    { duties: post, amountMinor: 100, code: null },
    { duties: post, amountMinor: 900, code: "12" },
    { duties: look, amountMinor: 100, code: null },
    { duties: reverse, amountMinor: 100, code: null },
    { duties: reverse, amountMinor: 100, code: null },
    { duties: post, amountMinor: 100, code: "12" },
  ];
  for (const { duties, amountMinor, code } of steps) {
    expect(duties.perform(visitOf(replica, amountMinor), 0)).toBe(code);
  }
  expect(heard).toEqual([
    ...["notFound", "posted", "stood", "otherAmount", "found"],
    ...["reversed", "reversedBefore", "barredBefore"],
  ]);
});

it("checks in an order of its own, so that a bad request uses up no link", () => {
  const { replica } = new ReplicaUnderTest(`
  bank: { stages: { serve: { workers: 1 } }, operations: { ask: [serve] } }`);
  const duties = new Duties({
    spec: StageSpec.parse({ workers: 1, checks: ["single-use", "signature"] }),
    ...{ journals: memoryJournals(), isProtected: true, checksAmount: true },
    ...{ notifier: null, tracer: null },
  });
  const link = { isSigned: true, expiresMs: 1_000, nonceStream: 7, nonceIndex: 3 };
  const shows = (index: number, isSigned: boolean) =>
    Object.assign(new Visit(replica), {
      payment: new Payment(7, index, 0, 100),
      shown: { link: { ...link, isSigned }, hasCaptcha: true, codeStep: 0, terminalMs: 0 },
    });
  const codes = [shows(9, false), shows(3, true), shows(9, true)].map((it) =>
    duties.perform(it, 0),
  );
  expect(codes).toEqual(["63", null, "63"]);
});
