import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Merchants wait 200 ms for a bank that takes 300 and posts nothing: all are lost, in both worlds. */
const file = path.join(folder, "slow.yaml");
writeFileSync(
  file,
  `name: slow
duration: 1s
drain: 2s
traffic: { pays: { calls: bank.pay, arrivals: { even: { rate: 4/s } }, patience: { wait: 200ms } } }
services:
  bank: { stages: { post: { workers: 4, time: 300ms } }, operations: { pay: [post] } }
`,
);

it("explains the worst that was measured by the simulation under the same draws", async () => {
  const words = ["run", file, "--explain", "1", "--quiet", "--exit-zero", "--out", folder];
  const { code, stdout, stderr } = await runCli(words);
  expect(code, stderr).toBe(0);
  const [, explained = ""] = stdout.split(/^report: .*$/m);
  expect(explained).toContain("baseline: its worst activation, as measured; the timelines are ");
  expect(explained).toMatch(/^pays#\d: lost, bank delay; planned at 0\.\d{3} s, latency 200 ms/m);
  expect(explained).toMatch(/measured live: lost, latency \d+ ms; predicted, .* latency 200 ms$/m);
  expect(explained).toMatch(/\+0\.300 s {4}bank#1\.post {2}served in 300 ms$/m);
});
