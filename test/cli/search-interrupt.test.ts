import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Knee } from "../../src/record/knee-result.ts";
import { Profile } from "../../src/record/profile-result.ts";
import { startCli } from "../support/cli.ts";

/** Long enough that an interruption finds it at work. */
const text = `
name: long
duration: 40m
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 20/s } } } }
services:
  bank:
    stages:
      check: { workers: 5, time: 2ms }
      serve: { workers: 2, queue: 20, time: 50ms }
    operations: { serve: [check, serve] }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tillstorm-search-"));
  writeFileSync(join(folder, "long.yaml"), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Goal: Ctrl-C in the midst of a search keeps what is finished, and says that it is a part.
it.each([
  { command: "profile", words: ["--seeds", "20"] },
  { command: "knee", words: ["--seeds", "10"] },
])(
  "$command keeps what it has when it is interrupted",
  async ({ command, words }) => {
    const run = startCli([command, "long.yaml", ...words, "--json", "--workers", "1"], folder);
    await expect
      .poll(() => run.stderr(), { timeout: 60_000 })
      .toMatch(command === "knee" ? /simulating (?!0\.1 )/ : /trying changes: \d/);
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(130);
    const found =
      command === "knee" ? Knee.parse(JSON.parse(stdout)) : Profile.parse(JSON.parse(stdout));
    expect(found.partial).toBe(true);
    // What there was before anything was changed, or the least of the loads.
    if ("rows" in found) expect(found.baseline.latencyP99Ms).toBeGreaterThan(0);
    else expect(found.points.map(({ load }) => load)).toContain(0.1);
  },
  100_000,
);
