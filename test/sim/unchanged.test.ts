import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { simulateCommand } from "../../src/cli/simulate.ts";
import { parseResult, type VariantResult } from "../../src/record/result.ts";
import { sha256Hex } from "../../src/scenario/canonical.ts";
import { fakeIo } from "../cli/fake-io.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs `tillstorm simulate FILE --json --quiet`, and returns what it prints. */
async function simulated(file: string, seeds: number): Promise<string> {
  const io = fakeIo({ [file]: readFileSync(`${root}/${file}`, "utf8") });
  const exitCode = process.exitCode;
  await simulateCommand(io).handler({
    ...{ scenario: file, seeds, json: true, quiet: true, "exit-zero": true, exitZero: true },
    ...{ _: ["simulate"], $0: "tillstorm" },
  });
  process.exitCode = exitCode;
  return io.printed.join("\n");
}

/** For the reader of a difference, who cannot read a hash. */
function figuresOf({ name, planned, outcomes, causes, ...it }: VariantResult) {
  const { timeToCreditMs, latencyMs, attempts } = it;
  const [creditedP99Ms, latencyP99Ms] = [timeToCreditMs.p99, latencyMs.p99];
  return { name, planned, attempts, ...outcomes, ...causes, creditedP99Ms, latencyP99Ms };
}

// Goal: whoever switches no remedy on gets the results that there were before there were remedies.
// Method: the SHA-256 of the whole result, but for the machine that it was made on and the comments
// of the scenario. A change that means to change results says so, and updates with `vitest -u`.
it.each([
  { name: "plain-chain", file: "test/sim/golden/plain-chain.yaml", seeds: 3 },
  { name: "lunch-rush", file: "scenarios/lunch-rush.yaml", seeds: 1 },
])("gives the same result of $name as ever, to the byte", async ({ name, file, seeds }) => {
  const { environment, scenario, ...rest } = parseResult(await simulated(file, seeds), file);
  expect(Object.keys(environment), "what is left out").toContain("startedAt");
  const { text: _, ...values } = scenario;
  const sha256 = sha256Hex(JSON.stringify({ ...rest, scenario: values }));
  const golden = { file, seeds, sha256, variants: rest.variants.map(figuresOf) };
  const goldenFile = `golden/${name}.json`;
  await expect(`${JSON.stringify(golden, null, 1)}\n`).toMatchFileSnapshot(goldenFile);
});
