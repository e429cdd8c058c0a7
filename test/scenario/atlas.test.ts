import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Span } from "../../src/chain/span.ts";
import { causes } from "../../src/domain/outcome.ts";
import { parseWindow } from "../../src/kernel/window.ts";
import { auditRuleNames } from "../../src/record/money-result.ts";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { parseScenario, type ScenarioCase } from "../../src/scenario/loader.ts";
import { simulate } from "../../src/sim/simulate.ts";

/**
 * The atlas in scenarios/README.md is written by hand: this holds each row to a simulation. The
 * main cause of its baseline is the one that it names, every remedy is named, and no rule of the
 * books is broken but where the row says so.
 */

const folder = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const files = readdirSync(folder)
  .filter((it) => it.endsWith(".yaml"))
  .map((it) => it.replace(/\.yaml$/, ""));

/** Long scenarios are simulated in part: around the beginning of their fault. */
const windows = new Map([
  ["card-day", "12h55m..13h5m"],
  ["lunch-rush", "7m30s..9m30s"],
  ["maintenance-window", "4m..8m"],
]);

type Row = {
  readonly name: string;
  readonly cause: string;
  /** Of each rule that the row says is broken: the case that breaks it. */
  readonly broken: readonly { readonly rule: string; readonly of: string }[];
  readonly remedies: readonly string[];
};

const rows = readFileSync(`${folder}README.md`, "utf8").split("\n").flatMap(readRow);

/** `| [name](name.yaml) | cause | books | remedies | what its report teaches |` */
function readRow(line: string): Row[] {
  const [named = "", cause = "", books = "", remedies = ""] = line.split(" | ");
  const [, name] = /^\| \[([\w-]+)\]\(\1\.yaml\)$/.exec(named) ?? [];
  if (name === undefined) return [];
  const claims = [...books.matchAll(/`(\w+)` > 0 in `([\w-]+)`/g)];
  return [
    {
      name,
      cause,
      broken: claims.map(([, rule = "", of = ""]) => ({ rule, of })),
      remedies: [...remedies.matchAll(/`([\w-]+)`/g)].map(([, remedy = ""]) => remedy),
    },
  ];
}

function casesOf(name: string): readonly ScenarioCase[] {
  const { baseline, variants } = parseScenario(readFileSync(`${folder}${name}.yaml`, "utf8"), name);
  return [baseline, ...variants];
}

function spanOf(name: string, { scenario }: ScenarioCase): Span {
  const whole = { fromMs: 0, toMs: scenario.duration };
  const written = windows.get(name);
  const window = written === undefined ? whole : parseWindow(written);
  if (window === undefined) throw new Error(`no window ${written}`);
  return { scenarioMs: scenario.duration, ...window };
}

async function simulated(name: string, of: ScenarioCase): Promise<VariantSummary> {
  const { summary } = await simulate({
    scenario: of.scenario,
    variant: of.name,
    seeds: 1,
    span: spanOf(name, of),
    openTrace: (stream) => {
      throw new Error(`${stream} plays a trace`);
    },
  });
  return summary;
}

/** What most of the late and lost are blamed on; `none` where there are none. */
function mainCauseOf({ causes: counts }: VariantSummary): string {
  const most = Math.max(...causes.map((it) => counts[it]));
  return most === 0 ? "none" : (causes.find((it) => counts[it] === most) ?? "none");
}

/** Rules of the auditor, and counts of integrity by the same names, that are not 0. */
function brokenRulesOf({ integrity, money }: VariantSummary): readonly string[] {
  const { doubleCredited, phantom, missing, leaked } = integrity;
  const counts: Record<string, number> = { twice: doubleCredited, phantom, missing, leaked };
  for (const rule of auditRuleNames) {
    counts[rule] = Math.max(counts[rule] ?? 0, money?.violations[rule] ?? 0);
  }
  return Object.keys(counts)
    .filter((rule) => counts[rule] !== 0)
    .sort();
}

it("the atlas has a row for every scenario, and none besides", () => {
  expect(files.length).toBeGreaterThan(20);
  expect(rows.map(({ name }) => name).sort()).toEqual(files.sort());
});

describe.each(rows)("$name", ({ name, cause, broken, remedies }) => {
  const cases = casesOf(name);
  const negative = new Set(broken.map(({ of }) => of));

  it("has its remedies and its negative examples in the atlas", () => {
    const named = new Set([...remedies, ...negative].filter((it) => it !== "baseline"));
    expect(named).toEqual(new Set(cases.slice(1).map((it) => it.name)));
  });

  it.each(cases.filter((it) => it.name === "baseline" || negative.has(it.name)))(
    "breaks in $name no rule of the books but those that the atlas names",
    async (of) => {
      const summary = await simulated(name, of);
      const claimed = broken.filter((it) => it.of === of.name).map(({ rule }) => rule);
      expect(brokenRulesOf(summary)).toEqual(claimed.sort());
      if (of.name === "baseline") expect(mainCauseOf(summary)).toBe(cause);
    },
  );
});
