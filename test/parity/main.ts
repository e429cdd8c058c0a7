import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ExitCode } from "../../src/kernel/exit-code.ts";
import { parseResult, type Result } from "../../src/record/result.ts";
import { formatMs, formatNumber, formatPercent } from "../../src/report/format.ts";
import { renderTextTable, type TextColumn } from "../../src/report/text-table.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { loadAverage, type MachineLoad, watchMachine } from "./machine-load.ts";
import { worstFigure } from "./worst-figure.ts";

/**
 * Holds both worlds against each other on the shipped scenarios, one after the other, through the
 * built command line: `node dist/test/parity/main.js [NAME | NAME/VARIANT ...]`.
 *
 * Without names it takes the baselines of all scenarios but `card-day`, whose live window shows but
 * the first moments of a fault. `--variants` adds the variants of each; `--out FOLDER` keeps their
 * reports. It ends with exit code 1 if any two worlds differ, and with 3 if this machine was too
 * busy for some to be trusted.
 */

const inDist = import.meta.url.includes("/dist/");
const scenarioFolder = fileURLToPath(
  new URL(inDist ? "../../../scenarios/" : "../../scenarios/", import.meta.url),
);
const cliFile = fileURLToPath(
  new URL(inDist ? "../../src/cli/main.js" : "../../dist/src/cli/main.js", import.meta.url),
);
const leftOut = new Set(["card-day"]);
/** Wider than a terminal: nothing of it may be cut short. [columns] */
const tableWidth = 180;

type Case = { readonly scenario: string; readonly variant: string };
type Run = Case & {
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly result: Result | undefined;
  readonly load: MachineLoad | null;
};

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { variants: { type: "boolean", default: false }, out: { type: "string" } },
});
const cases = (names.length > 0 ? names : shippedNames()).flatMap(casesOf);
const runs: Run[] = [];
for (const [index, of] of cases.entries()) {
  const run = await verify(of);
  runs.push(run);
  const done = `${index + 1} of ${cases.length}`;
  console.error(`${done}: ${nameOf(of)} ${verdictOf(run)} (load ${loadAverage().toFixed(1)})`);
}
for (const line of renderTextTable(columns(), runs.map(rowOf), tableWidth)) console.log(line);
const codes = runs.map(({ exitCode }) => exitCode);
if (codes.some((it) => it !== ExitCode.ok && it !== ExitCode.untrusted)) {
  process.exitCode = ExitCode.gateFailed;
} else if (codes.includes(ExitCode.untrusted)) process.exitCode = ExitCode.untrusted;

function shippedNames(): string[] {
  return readdirSync(scenarioFolder)
    .filter((it) => it.endsWith(".yaml"))
    .map((it) => path.basename(it, ".yaml"))
    .filter((it) => !leftOut.has(it))
    .sort();
}

function casesOf(name: string): Case[] {
  const [scenario = "", variant] = name.split("/");
  if (variant !== undefined) return [{ scenario, variant }];
  const { baseline, variants } = parseScenario(readFileSync(fileOf(scenario), "utf8"), scenario);
  const wanted = flags.variants ? [baseline, ...variants] : [baseline];
  return wanted.map((it) => ({ scenario, variant: it.name }));
}

function fileOf(scenario: string): string {
  return path.join(scenarioFolder, `${scenario}.yaml`);
}

/** Runs `tillstorm verify` on one case, as a user would. */
async function verify(of: Case): Promise<Run> {
  const startMs = performance.now();
  const loadUntilNow = watchMachine();
  const words = [cliFile, "verify", fileOf(of.scenario), "--variant", of.variant];
  if (flags.out !== undefined) words.push("--out", path.join(flags.out, nameOf(of)));
  const child = spawn(process.execPath, [...words, "--json", "--quiet"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const seconds = (performance.now() - startMs) / 1_000;
  const result = stdout === "" ? undefined : parseResult(stdout, nameOf(of));
  return { ...of, exitCode, seconds, result, load: loadUntilNow() };
}

function nameOf({ scenario, variant }: Case): string {
  return variant === "baseline" ? scenario : `${scenario}/${variant}`;
}

function columns(): readonly TextColumn[] {
  const figures = ["seconds", "planned", "p50 pred.", "p50 meas.", "lag p99", "busy", "stolen"];
  return [
    { head: "scenario", isText: true },
    { head: "verdict", isText: true },
    ...figures.map((head) => ({ head })),
    { head: "worst", isText: true },
  ];
}

function rowOf(run: Run): readonly string[] {
  const { result, load, seconds } = run;
  const measured = result?.variants[0];
  const predicted = result?.predictions[0];
  const parity = result?.parity?.[0];
  return [
    nameOf(run),
    verdictOf(run),
    formatNumber(Math.round(seconds)),
    formatNumber(measured?.planned ?? 0),
    formatMs(predicted?.latencyMs.p50 ?? null),
    formatMs(measured?.latencyMs.p50 ?? null),
    formatMs(measured?.sendLagMs.p99 ?? null),
    load === null ? "" : formatPercent(load.busyRatio),
    load === null ? "" : formatPercent(load.stolenRatio),
    parity === undefined ? "" : worstFigure(parity),
  ];
}

/** An inconclusive run still has its comparison: whether that holds is said beside it. */
function verdictOf({ result, exitCode }: Run): string {
  if (result === undefined) return `exit code ${exitCode}`;
  const agrees = result.parity?.every((it) => it.agrees) ?? false;
  return result.verdict === "inconclusive"
    ? `inconclusive, ${agrees ? "agrees" : "differs"}`
    : result.verdict;
}
