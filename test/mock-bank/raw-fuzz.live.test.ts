import { expect, it } from "vitest";
import { fc } from "../support/property.ts";
import { startBank } from "./bank-under-test.ts";
import {
  answerMs,
  converse,
  goodRequest,
  havoc,
  malformedKinds,
  malformedRequest,
  type RawDraft,
} from "./raw-request.ts";
import { ask } from "./standalone-bank.ts";

const allowedStatuses = new Set([200, 400, 404, 405, 408, 413, 415, 417, 431]);

/** Starts a bank on a real socket. */
async function listen() {
  const { server, ledger, bugs } = await startBank();
  await server.listen({ host: "127.0.0.1", port: 0 });
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("listens on no port");
  return { port: address.port, ledger, bugs };
}

function statusesIn(heard: string): number[] {
  return [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}

/** What holds whatever was sent. */
function expectSane(heard: string, draft: RawDraft): void {
  const why = excerptOf(draft);
  for (const status of statusesIn(heard)) expect(allowedStatuses, why).toContain(status);
  expect(heard, why).not.toMatch(/node_modules|node:internal|\bat .*:\d+:\d+|FST_/);
}

/** Without the counterexample: the check says which draft it was, and the seed brings it back. */
function reporter({ failed, seed, errorInstance }: fc.RunDetails<[RawDraft[]]>): void {
  if (failed) throw new Error(`failed with seed ${seed}`, { cause: errorInstance });
}

/** The start of a draft, to be read by eye. */
function excerptOf({ kind, bytes }: RawDraft): string {
  return `${kind}: ${JSON.stringify(bytes.subarray(0, 200).toString("latin1"))}`;
}

/** Tries many drafts, side by side, for about so long. */
async function storm(
  draft: fc.Arbitrary<RawDraft>,
  limitMs: number,
  check: (draft: RawDraft) => Promise<void>,
): Promise<void> {
  const batch = fc.array(draft, { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(batch, async (drafts) => {
      await Promise.all(drafts.map(check));
    }),
    { numRuns: 100, interruptAfterTimeLimit: limitMs, endOnFailure: true, reporter },
  );
}

// Goal: nothing malformed is approved or posted, and each gets an answer of its own or a hang-up.
// Method: two thousand requests, each wrong in one way, on real sockets.
it("approves and posts nothing that is malformed, and serves the next good request", async () => {
  const { port, ledger, bugs } = await listen();
  const reached = new Map<string, Set<number>>();
  await storm(malformedRequest, 6_000, async (it) => {
    const { kind, bytes } = it;
    const heard = await converse(port, bytes);
    expectSane(heard, it);
    expect(heard, excerptOf(it)).not.toContain('"code":"00"');
    const statuses = reached.get(kind) ?? new Set();
    for (const status of statusesIn(heard)) statuses.add(status);
    reached.set(kind, statuses);
  });
  expect(ledger.amounts).toEqual([]);
  expect(bugs).toEqual([]);
  expect([...reached.keys()].sort()).toEqual([...malformedKinds].sort());
  const statuses = new Set([...reached.values()].flatMap((it) => [...it]));
  for (const status of [400, 404, 405, 413, 415, 431]) expect(statuses).toContain(status);
  expect(await converse(port, goodRequest, answerMs)).toContain(
    '{"code":"00","message":"approved"}',
  );
  expect(ledger.amounts).toEqual([3450]);
});

// Goal: no bytes whatsoever bring the server down or make it show its insides. Method: good requests
// with pieces cut out and put in; some stay good, so only what must always hold is asserted.
it("outlives havoc", async () => {
  const { port, bugs } = await listen();
  const reached = new Set<number>();
  await storm(havoc, 6_000, async (it) => {
    const heard = await converse(port, it.bytes);
    expectSane(heard, it);
    for (const status of statusesIn(heard)) reached.add(status);
  });
  for (const status of [200, 400, 404]) expect(reached).toContain(status);
  expect(bugs).toEqual([]);
  expect(await converse(port, goodRequest, answerMs)).toContain(
    '{"code":"00","message":"approved"}',
  );
  expect((await ask(port, "GET", "/healthz")).status).toBe(200);
});
