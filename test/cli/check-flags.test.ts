import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkFlags } from "../../src/cli/check-flags.ts";
import { UsageError } from "../../src/kernel/errors.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-flags-"));
const scenario = path.join(folder, "my.yaml");
writeFileSync(scenario, "name: mine\n");
afterAll(() => rmSync(folder, { recursive: true }));

/** What is said of these flags; "": nothing. */
async function complaintOf(given: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    await checkFlags({ scenario, ...given }, ["variant", "vary"]);
    return "";
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}

describe("flags", () => {
  it.each<{ why: string; given: Readonly<Record<string, unknown>> }>([
    { why: "none at all", given: {} },
    { why: "a list that may be one", given: { vary: ["a=1", "b=2"], _: ["sweep"] } },
    { why: "files beside the scenario", given: { csv: path.join(folder, "x.csv") } },
    { why: "CSV on standard output", given: { csv: "", json: false } },
    { why: "a folder that is there", given: { out: folder } },
    { why: "one that is not", given: { out: path.join(folder, "a", "b") } },
  ])("are taken: $why", async ({ given }) => {
    expect(await complaintOf(given)).toBe("");
  });

  it.each<{ why: string; given: Readonly<Record<string, unknown>>; says: string }>([
    { why: "given twice", given: { seed: ["a", "b"] }, says: "--seed is given 2 times" },
    { why: "a list of nothing", given: { variant: [] }, says: "--variant names nothing" },
    { why: "no file", given: { patch: "" }, says: "--patch names no file" },
    { why: "two outputs", given: { csv: "", json: true }, says: "--csv and --json both print" },
    { why: "a file as a folder", given: { out: scenario }, says: `${scenario} is a file` },
    {
      why: "a folder below a file",
      given: { out: path.join(scenario, "x") },
      says: `${scenario} is a file`,
    },
    { why: "CSV over the scenario", given: { csv: scenario }, says: "this is the scenario itself" },
    {
      why: "a patch over the scenario, written another way",
      given: { patch: path.join(folder, "x", "..", "my.yaml") },
      says: "this is the scenario itself",
    },
  ])("are refused: $why", async ({ given, says }) => {
    expect(await complaintOf(given)).toContain(says);
  });

  it("are all looked at, each named once though yargs keeps it twice", async () => {
    const twice = { "max-seeds": [1, 2], maxSeeds: [1, 2], seed: ["a", "b", "c"] };
    expect(await complaintOf(twice)).toBe(
      "--max-seeds is given 2 times\n  hint: give it once\n" +
        "--seed is given 3 times\n  hint: give it once",
    );
  });
});
