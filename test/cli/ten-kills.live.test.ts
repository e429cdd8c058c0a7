import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { auditRuleNames } from "../../src/record/money-result.ts";
import { parseResult, type VariantResult } from "../../src/record/result.ts";
import { descendantsOf, isAlive, startCli } from "../support/cli.ts";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** The processes below `pid` that serve replicas. */
function replicasBelow(pid: number): number[] {
  const alive = descendantsOf(pid);
  if (alive.length === 0) return [];
  // It ends with 1 where all of them have ended meanwhile: then there is nothing to read.
  const words = ["-o", "pid=,args=", "-p", alive.join()];
  return spawnSync("ps", words, { encoding: "utf8" })
    .stdout.split("\n")
    .filter((row) => row.includes("replica-main"))
    .map((row) => Number.parseInt(row, 10));
}

// Goal: a bank replica that is really killed ten times within a minute, at 200 requests a second,
// costs nobody their money, and the simulation knows what it does cost. Method: the built command.
it("accounts for every activation while a replica is killed and restarted ten times", async () => {
  const { child, ended } = startCli([
    ...["verify", fixture("ten-kills.yaml")],
    ...["--json", "--quiet", "--jitter-runs", "2"],
  ]);
  const pid = child.pid ?? 0;
  const seen = new Set<number>();
  const look = setInterval(() => {
    for (const replica of replicasBelow(pid)) seen.add(replica);
  }, 500);
  const { stdout, stderr, code } = await ended;
  clearInterval(look);

  // It ended by itself; a machine that is too busy for exact times says so, and counts all the same.
  expect([0, 1, 3], stderr).toContain(code);
  const result = parseResult(stdout, "stdout");
  const [measured] = result.variants;
  expect(measured).toBeDefined();
  if (measured === undefined) return;
  expect(result.partial).toBe(false);
  expect(result.faults[0]?.bands).toHaveLength(10);
  // Two of the operator, two of the bank, one of the second bank, ten that came after a kill, and two
  // that stood by for kills while the run drains, which it had no need to do.
  expect(seen.size).toBe(17);
  expect([...seen].filter(isAlive)).toEqual([]);

  const sum = (counts: object): number =>
    Object.values(counts).reduce((total: number, count: number) => total + count, 0);
  expect(measured.planned).toBeGreaterThan(11_000);
  expect(sum(measured.accounting)).toBe(measured.planned);
  expect(sum(measured.outcomes)).toBe(measured.planned);
  expect(measured.accounting).toMatchObject({ unsent: 0, unfinished: 0 });
  expect(measured.integrity).toEqual({ doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 });
  for (const station of measured.stations) {
    const done = station.completions + station.dropped + station.failed + (station.killed ?? 0);
    expect(station.arrivals, station.name).toBe(done + (station.expired ?? 0));
  }
  // Health checks and failover bring nearly everybody through.
  expect(measured.outcomes.lost / measured.planned).toBeLessThan(0.02);
  const [parity] = result.parity ?? [];
  expect(parity?.excluded).toHaveLength(10);
  const outcomes = parity?.rows.filter(({ figure }) => figure === "outcome" || figure === "books");
  expect(outcomes?.filter(({ isWithin }) => !isWithin)).toEqual([]);
  expectRightBooks(measured);
}, 180_000);

/** The auditor finds nothing wrong, and says what is still open. */
function expectRightBooks({ integrity, money, outcomes }: VariantResult): void {
  expect(integrity).toEqual({ doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 });
  expect(money?.violations).toEqual(Object.fromEntries(auditRuleNames.map((rule) => [rule, 0])));
  expect(money?.examples).toEqual([]);
  const standing = (money?.postedCount ?? 0) - (money?.reversedCount ?? 0);
  expect(standing).toBe(outcomes.credited + outcomes.late);
  expect(money?.spendableMs.count).toBe(standing);
}

// Goal: messages that are lost, doubled and overtaken, and a bank that is killed meanwhile, cost no
// cent: each payment stands once or is taken back. Method: the built command, real kills, a real link.
it("keeps the books right while messages go astray and a replica is killed ten times", async () => {
  const words = ["verify", fixture("ten-kills-lossy.yaml"), "--json", "--quiet"];
  const { ended } = startCli([...words, "--jitter-runs", "2"]);
  const { stdout, stderr, code } = await ended;
  expect([0, 1, 3], stderr).toContain(code);
  const result = parseResult(stdout, "stdout");
  const [measured] = result.variants;
  if (measured === undefined) throw new Error("nothing was measured");
  expect(result.partial).toBe(false);
  expect(measured.planned).toBeGreaterThan(11_000);
  expectRightBooks(measured);
  const { money, policies = [] } = measured;
  // Dropped answers leave payments that nobody knows of, and terminals take them back.
  expect(money?.reversals.acknowledged).toBeGreaterThan(50);
  expect(money?.pendingCount).toBe(0);
  const forward = policies.find(({ site }) => site === "operator.forward")?.counts;
  expect(forward?.retries).toBeGreaterThan(500);
  const [parity] = result.parity ?? [];
  const books = parity?.rows.filter(({ figure }) => ["outcome", "books"].includes(figure));
  expect(books?.filter(({ isWithin }) => !isWithin)).toEqual([]);
}, 180_000);
