import { expect, it } from "vitest";
import { Duties } from "../../src/chain/duties.ts";
import { memoryJournals } from "../../src/chain/journals.ts";
import type { Replica } from "../../src/chain/replica.ts";
import { StageSpec } from "../../src/chain/service-spec.ts";
import { Visit } from "../../src/chain/visit.ts";
import { ReplicaUnderTest } from "../support/replica-under-test.ts";

/** One visit of activation 3, for so much. */
function visitOf(replica: Replica, amountMinor: number): Visit {
  return Object.assign(new Visit(replica), { streamKey: 7, index: 3, amountMinor });
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
