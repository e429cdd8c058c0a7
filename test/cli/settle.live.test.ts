import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { closingStates } from "../../src/domain/closing.ts";
import { openReversals } from "../../src/live/reversal-file.ts";
import { parseResult } from "../../src/record/result.ts";
import { commandOf, descendantsOf, runCli, startCli } from "../support/cli.ts";

const fixture = fileURLToPath(new URL("../fixtures/settle-lossy.yaml", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (out: string) => ["run", fixture, "--quiet", "--exit-zero", "--out", out];

// Goal: operator and bank close their batches by messages over real sockets as they do simulated.
// Method: the built command, a link that loses answers, and the prediction in the same result.
it("closes batches over a lossy link as predicted, and keeps its reversals in a file", async () => {
  const out = path.join(folder, "whole");
  const { code, stderr } = await runCli(run(out));
  expect(code, stderr).toBe(0);
  const result = parseResult(readFileSync(path.join(out, "result.json"), "utf8"), "result.json");
  const [measured, predicted] = [result.variants[0]?.money, result.predictions[0]?.money];
  if (measured === undefined || predicted === undefined) return expect.unreachable("has books");

  // Four batches, of which the answers to the second were lost.
  expect(measured.batches).toHaveLength(predicted.batches.length);
  measured.batches.forEach(({ closing }, place) => {
    expect(closingStates).toContain(closing?.state);
    expect(closing?.totalsSentAtMs).toBeGreaterThanOrEqual(1_500 * (place + 1) + 500);
  });
  for (const { batches } of [measured, predicted]) {
    expect(batches[1]?.closing).toMatchObject({ state: "agreedAfterUpload" });
  }
  const [found, expected] = [measured, predicted].map((it) => it.reconciledCount);
  expect(expected).toBeGreaterThan(15);
  expect(Math.abs((found ?? 0) - (expected ?? 0))).toBeLessThan(12);
  const foundCounts = measured.batches.map(({ closing }) => closing?.foundCount ?? 0);
  expect(found).toBeLessThanOrEqual(foundCounts.reduce((sum, count) => sum + count, 0));
  expect(Object.values(measured.violations).every((count) => count === 0)).toBe(true);

  const { pending, listed, acknowledged } = measured.reversals;
  expect(acknowledged).toBeGreaterThan(5);
  const file = path.join(out, "reversals.ndjson");
  expect(openReversals(file)).toHaveLength(pending + listed);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines.filter((it) => JSON.parse(it).state === "acknowledged")).toHaveLength(acknowledged);
});

// Goal: a reversal outlives the process of its terminal. Method: kill -9 of the driver while some are
// under way.
it("leaves the reversals of a driver that is killed, and says where they are", async () => {
  const out = path.join(folder, "killed");
  const file = path.join(out, "reversals.ndjson");
  const { child, ended } = startCli(run(out));
  const look = setInterval(() => {
    if (openReversals(file).length < 2) return;
    clearInterval(look);
    const driver = descendantsOf(child.pid ?? 0).find((pid) =>
      commandOf(pid).includes("driver-main"),
    );
    if (driver !== undefined) process.kill(driver, "SIGKILL");
  }, 20);
  const { code, stderr } = await ended;
  clearInterval(look);
  expect(code, stderr).toBe(3);
  expect(existsSync(path.join(out, "result.json"))).toBe(false);
  const open = openReversals(file);
  expect(open.length).toBeGreaterThan(0);
  for (const it of open) expect(it).toMatchObject({ variant: "baseline", stream: "returns" });
  expect(stderr).toContain(`left for people to settle, listed or pending in ${file}`);
  expect(stderr).toContain("driver ended unexpectedly");
});
