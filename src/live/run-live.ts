import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceOf } from "../chain/chain-spec.ts";
import { terminalEnd } from "../chain/network.ts";
import { type Span, spanMs } from "../chain/span.ts";
import type { TimeByCause } from "../domain/outcome.ts";
import type { OnActivation } from "../record/activation-record.ts";
import { RunRecord, type VariantSummary } from "../record/run-record.ts";
import { moneyOptions } from "../scenario/money-options.ts";
import type { Scenario } from "../scenario/schema.ts";
import { streamNames } from "../traffic/plan.ts";
import { Child } from "./child.ts";
import { Collector } from "./collector.ts";
import { Fleet } from "./fleet.ts";
import type { DriverProgress, FromChild, PolicyRecord } from "./messages.ts";
import { ledgerFile } from "./run-files.ts";
import { monotonicMs } from "./wall-clock.ts";

export type LiveOptions = {
  readonly scenario: Scenario;
  readonly scenarioFile: string;
  readonly variant: string;
  readonly span: Span;
  readonly onProgress?: OnProgress;
  /** Ends the run early; what was measured is kept. */
  readonly signal?: AbortSignal;
  readonly onActivation?: OnActivation;
  /** Where the terminals write their reversals down; it stays. Absent: nowhere. */
  readonly reversalsFile?: string | undefined;
  /** Where time goes where nothing goes wrong, by stream: late activations are held against it. */
  readonly usualTimes?: () => ReadonlyMap<number, TimeByCause>;
};

/** Told what the run is doing; `nowMs` is the time since instant 0. */
export type OnProgress = (
  phase: LivePhase,
  progress: DriverProgress | undefined,
  nowMs: number,
) => void;

export type LivePhase = "starting" | "warming up" | "running" | "collecting";

export type LiveRun = {
  readonly summary: VariantSummary;
  readonly isPartial: boolean;
  /** What makes the measurement doubtful. */
  readonly reasons: readonly string[];
};

/** Between the order to start and instant 0, so that every process has heard it. [ms] */
const leadMs = 150;
const openLookEveryMs = 100;
/** Debits and credits of the ledgers are held against each other so often, and at the end. [ms] */
const auditEveryMs = 5_000;
/** A server whose timers fire later than this was starved of processor time. [ms] */
const latenessLimitMs = 20;

/**
 * Runs one variant on real servers: starts the replicas and the driver as processes, lets the
 * driver replay the traffic, joins what it saw with the ledgers, and ends every process.
 *
 * @throws {RunError} when a process cannot be started or dies.
 */
export async function runLive(options: LiveOptions): Promise<LiveRun> {
  const { scenario, variant, span, onProgress, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), "tillstorm-"));
  const services = Object.keys(scenario.services);
  const record = new RunRecord({
    durationMs: spanMs(span),
    promiseMs: scenario.promise,
    isLive: true,
    money: moneyOptions(scenario, span),
  });
  record.beginRun(streamNames(scenario.seed, Object.keys(scenario.traffic)));
  let fleet: Fleet | undefined;
  let driver: Child | undefined;
  let collector: Collector | undefined;
  try {
    onProgress?.("starting", undefined, 0);
    driver = new Child("driver", "src/live/driver-main.js");
    fleet = await Fleet.start({ scenario, seed: scenario.seed, span, folder, services });
    onProgress?.("warming up", undefined, 0);
    await prepareDriver(options, fleet, driver);
    collector = new Collector({
      record,
      scenario,
      fileOf: (service) => ledgerFile(folder, service),
      usualTimes: options.usualTimes ?? (() => new Map()),
      onActivation: options.onActivation,
    });
    const driven = await drive(options, fleet, driver, collector, signal);
    onProgress?.("collecting", undefined, spanMs(span));
    const reasons: string[] = [];
    const replicas = await fleet.finish();
    // The fleet started at the far end of the chain; a report follows the scenario's order.
    replicas.sort((a, b) => services.indexOf(a.seat.service) - services.indexOf(b.seat.service));
    for (const { seat, record: replica } of replicas) {
      record.addMissing(replica.missingCount);
      for (const { stage, record: station } of replica.stations) {
        const spec = serviceOf(scenario, seat.service);
        const workers = spec.stages[stage]?.workers ?? 1;
        const name = `${seat.service}.${stage}`;
        record.addStation({ name, replicas: spec.replicas, workers }, station);
      }
      for (const { site, counts } of replica.policies) record.addPolicies(site, counts);
      reasons.push(...starved(variant, seat.name, replica.latenessP99Ms));
    }
    for (const { site, counts } of driven.policies) record.addPolicies(site, counts);
    const links = await fleet.finishLinks();
    reasons.push(...starved(variant, "the link proxy", links?.latenessP99Ms ?? null));
    collector.settle(links?.strays ?? [], driven.isQuiet);
    return { summary: record.summarise(variant), isPartial: driven.isPartial, reasons };
  } finally {
    collector?.close();
    await Promise.all([driver?.end(), fleet?.end()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is said of a process whose timers fired late. */
function starved(variant: string, process: string, latenessP99Ms: number | null): string[] {
  const latenessMs = latenessP99Ms ?? 0;
  if (latenessMs <= latenessLimitMs) return [];
  return [
    `${variant}: ${process} was starved of processor time: its timers fired up to ` +
      `${latenessMs.toFixed(0)} ms late (p99; limit ${latenessLimitMs} ms)`,
  ];
}

async function prepareDriver(
  { scenario, scenarioFile, span, variant, reversalsFile }: LiveOptions,
  fleet: Fleet,
  driver: Child,
): Promise<void> {
  await driver.booted;
  const ready = driver.hear("ready");
  const endpoints = fleet.endpointsFrom(terminalEnd);
  const lossyServices = fleet.lossyServicesFrom(terminalEnd);
  driver.tell({
    kind: "configure-driver",
    config: {
      ...{ scenario, scenarioFile, seed: scenario.seed, span, endpoints, lossyServices, variant },
      ...(reversalsFile !== undefined && { reversalsFile }),
    },
  });
  await Promise.race([ready, fleet.failure]);
}

type Driven = {
  readonly isPartial: boolean;
  /** Nothing was under way any more when it ended. */
  readonly isQuiet: boolean;
  readonly policies: readonly PolicyRecord[];
};

/** Lets the driver run to its end, or to the signal. */
async function drive(
  { scenario, span, onProgress }: LiveOptions,
  fleet: Fleet,
  driver: Child,
  collector: Collector,
  signal: AbortSignal | undefined,
): Promise<Driven> {
  const epochMs = monotonicMs() + leadMs;
  driver.listen((message: FromChild) => {
    if (message.kind === "activations") collector.take(message.rows);
    else if (message.kind === "progress") {
      onProgress?.("running", message.progress, monotonicMs() - epochMs);
    }
  });
  fleet.beginRun(epochMs);
  driver.tell({ kind: "start", epochMs });
  const audit = setInterval(() => collector.checkBalance(), auditEveryMs);
  const stop = () => driver.tell({ kind: "finish" });
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  try {
    const driven = driver.hear("driven", Number.POSITIVE_INFINITY);
    const { policies } = await Promise.race([driven, fleet.failure]);
    const endMs = epochMs + spanMs(span) + scenario.drain;
    const isQuiet = await waitForTheRest(fleet, endMs, signal);
    return { isPartial: signal?.aborted === true, isQuiet, policies };
  } finally {
    clearInterval(audit);
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * What terminals no longer wait for may still be credited: a bank works off what timed out, and an
 * operator delivers what it acknowledged. That counts as long as the run's drain lasts.
 */
async function waitForTheRest(
  fleet: Fleet,
  endMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  while (monotonicMs() < endMs && signal?.aborted !== true) {
    if ((await Promise.race([fleet.countOpen(), fleet.failure])) === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, openLookEveryMs));
  }
  return false;
}
