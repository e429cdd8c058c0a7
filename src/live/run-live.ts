import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceOf } from "../chain/build.ts";
import { type Span, spanMs } from "../chain/traffic.ts";
import { RunRecord, type VariantSummary } from "../record/run-record.ts";
import type { Scenario } from "../scenario/schema.ts";
import { readRow, rowKey, rowLength } from "./activation-row.ts";
import { Child } from "./child.ts";
import { Credits } from "./credits.ts";
import { Fleet } from "./fleet.ts";
import type { DriverProgress, FromChild } from "./messages.ts";
import { monotonicMs } from "./wall-clock.ts";

export type LiveOptions = {
  readonly scenario: Scenario;
  readonly scenarioFile: string;
  readonly variant: string;
  readonly span: Span;
  readonly onProgress?: OnProgress;
  /** Ends the run early; what was measured is kept. */
  readonly signal?: AbortSignal;
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
  const ledgerFile = (service: string) => join(folder, `${service}.ledger.db`);
  const services = Object.keys(scenario.services);
  const record = new RunRecord({
    durationMs: spanMs(span),
    promiseMs: scenario.promise,
    isLive: true,
  });
  record.beginRun();
  let fleet: Fleet | undefined;
  let driver: Child | undefined;
  let collector: Collector | undefined;
  try {
    onProgress?.("starting", undefined, 0);
    driver = new Child("driver", "src/live/driver-main.js");
    fleet = await Fleet.start({ scenario, seed: scenario.seed, span, ledgerFile, services });
    onProgress?.("warming up", undefined, 0);
    await prepareDriver(options, fleet, driver);
    const posting = services.filter((service) =>
      Object.values(serviceOf(scenario, service).stages).some(({ posts }) => posts),
    );
    collector = new Collector(record, new Credits(posting.map(ledgerFile)));
    const isPartial = await drive(options, fleet, driver, collector, signal);
    onProgress?.("collecting", undefined, spanMs(span));
    const reasons: string[] = [];
    const replicas = await fleet.finish();
    // The fleet started at the far end of the chain; a report follows the scenario's order.
    replicas.sort(
      (a, b) => services.indexOf(a.member.service) - services.indexOf(b.member.service),
    );
    for (const { member, record: replica } of replicas) {
      record.addMissing(replica.missingCount);
      for (const { stage, record: station } of replica.stations) {
        const spec = serviceOf(scenario, member.service);
        const workers = spec.stages[stage]?.workers ?? 1;
        const name = `${member.service}.${stage}`;
        record.addStation({ name, replicas: spec.replicas, workers }, station);
      }
      const latenessMs = replica.latenessP99Ms ?? 0;
      if (latenessMs > latenessLimitMs) {
        reasons.push(
          `${variant}: ${member.service}#${member.number} was starved of processor time: its timers ` +
            `fired up to ${latenessMs.toFixed(0)} ms late (p99; limit ${latenessLimitMs} ms)`,
        );
      }
    }
    collector.settle();
    return { summary: record.summarise(variant), isPartial, reasons };
  } finally {
    collector?.close();
    await Promise.all([driver?.end(), fleet?.end()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepareDriver(
  { scenario, scenarioFile, span }: LiveOptions,
  fleet: Fleet,
  driver: Child,
): Promise<void> {
  await driver.booted;
  const ready = driver.hear("ready");
  const { endpoints } = fleet;
  driver.tell({
    kind: "configure-driver",
    config: { scenario, scenarioFile, seed: scenario.seed, span, endpoints },
  });
  await Promise.race([ready, fleet.failure]);
}

/** Lets the driver run to its end, or to the signal. @returns Whether it was ended early. */
async function drive(
  { onProgress }: LiveOptions,
  fleet: Fleet,
  driver: Child,
  collector: Collector,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const epochMs = monotonicMs() + leadMs;
  driver.listen((message: FromChild) => {
    if (message.kind === "activations") collector.take(message.rows);
    else if (message.kind === "progress") {
      onProgress?.("running", message.progress, monotonicMs() - epochMs);
    }
  });
  fleet.beginRun(epochMs);
  driver.tell({ kind: "start", epochMs });
  const stop = () => driver.tell({ kind: "finish" });
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  try {
    await Promise.race([driver.hear("driven", Number.POSITIVE_INFINITY), fleet.failure]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return signal?.aborted === true;
}

/** Joins the driver's rows with the ledgers, batch by batch, so that memory stays flat. */
class Collector {
  readonly #record: RunRecord;
  readonly #credits: Credits;
  /** Rows whose credit may still come: a broken connection, or a run that was cut off. */
  readonly #unsettled: Float64Array[] = [];

  constructor(record: RunRecord, credits: Credits) {
    this.#record = record;
    this.#credits = credits;
  }

  take(rows: Float64Array): void {
    for (let row = 0; row * rowLength < rows.length; row += 1) {
      // An answered activation has had its credit: the bank posts before it answers.
      if (rowKey(rows, row).ending === "answered") this.#add(rows, row);
      else this.#unsettled.push(rows.slice(row * rowLength, (row + 1) * rowLength));
    }
  }

  settle(): void {
    for (const row of this.#unsettled.splice(0)) this.#add(row, 0);
  }

  close(): void {
    this.#credits.close();
  }

  #add(rows: Float64Array, row: number): void {
    const { streamKey, index } = rowKey(rows, row);
    this.#record.add(readRow(rows, row, this.#credits.find(streamKey, index)));
  }
}
