import type { Call } from "../chain/call.ts";
import { serviceOf, streamTarget } from "../chain/chain-spec.ts";
import { MemoryStore } from "../chain/forward-store.ts";
import { Session } from "../chain/session.ts";
import { spanMs } from "../chain/span.ts";
import type { SessionSink } from "../chain/terminals.ts";
import { Traffic } from "../chain/traffic.ts";
import type { World } from "../chain/world.ts";
import { TimeHistogram } from "../record/histogram.ts";
import { openTraceFile } from "../scenario/trace-file.ts";
import { rowLength, writeRow } from "./activation-row.ts";
import { onMessage, tellParent } from "./child-side.ts";
import { credentialKeys } from "./credentials-wire.ts";
import { HttpTransport } from "./http-transport.ts";
import type { DriverConfig, FromChild } from "./messages.ts";
import { raisePriority } from "./process-priority.ts";
import { rehearsalOf } from "./rehearsal.ts";
import { ReversalFile } from "./reversal-file.ts";
import { monotonicMs, WallClock } from "./wall-clock.ts";

/** The driver: a process of its own that starts every activation at its planned instant. */

const rowsPerBatch = 1_000;
const lookEveryMs = 100;
/** Connections opened to each replica before the run. */
const warmConnectionCount = 32;

class Driver implements SessionSink {
  readonly measuresSends = true;
  readonly #config: DriverConfig;
  readonly #tell: (message: FromChild) => void;
  readonly #clock = new WallClock("precise");
  readonly #transports = new Map<string, HttpTransport>();
  readonly #sendLag = new TimeHistogram(2);
  readonly #traffic: Traffic;
  #rows = new Float64Array(rowsPerBatch * rowLength);
  #rowCount = 0;
  #isDone = false;

  /** @param tell - Hears how far it is, and the rows of what finished. */
  constructor(config: DriverConfig, tell: (message: FromChild) => void) {
    this.#config = config;
    this.#tell = tell;
    const { scenario, endpoints, seed, span, isRehearsal = false } = config;
    for (const stream of Object.values(scenario.traffic)) {
      const { service } = streamTarget(stream);
      const operations = Object.keys(serviceOf(scenario, service).operations);
      const transport = new HttpTransport({
        clock: this.#clock,
        endpoints: endpoints[service] ?? [],
        operations,
        isRemoteAllowed: false,
        keys: credentialKeys(seed),
        letsGo: config.lossyServices.includes(service),
        isRehearsal,
        onSent: this.#sent,
      });
      this.#transports.set(service, transport);
    }
    const world: World = {
      clock: this.#clock,
      seed,
      life: { isOver: false },
      storeOf: () => new MemoryStore(), // Terminals store nothing.
      tracerAt: () => null,
      reversals: reversalsOf(config),
      transportTo: (_from, service) => {
        const transport = this.#transports.get(service);
        if (transport === undefined) throw new Error(`no way to ${service}`);
        return transport;
      },
    };
    const openTrace = (stream: string) => {
      const trace = scenario.traffic[stream]?.arrivals.trace;
      if (trace === undefined) throw new Error(`${stream} plays no trace`);
      return openTraceFile(trace, config.scenarioFile);
    };
    this.#traffic = new Traffic(scenario, world, span, openTrace, this);
  }

  /** Opens connections, so that the first requests need not. */
  async connect(): Promise<void> {
    for (const transport of this.#transports.values()) await transport.warm(warmConnectionCount);
  }

  /** Starts every activation at its instant. Resolves when the run is over. */
  run(epochMs: number): Promise<void> {
    this.#clock.start(epochMs);
    this.#traffic.start();
    const endMs = spanMs(this.#config.span) + this.#config.scenario.drain;
    return new Promise((resolve) => {
      const look = setInterval(() => {
        this.#clock.catchUp();
        this.#tell({ kind: "progress", progress: this.#progress() });
        if (this.#traffic.isOver || this.#clock.wallMs() >= endMs) this.finish();
        if (!this.#isDone) return;
        clearInterval(look);
        resolve();
      }, lookEveryMs);
    });
  }

  /** Ends the run as it stands. */
  finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (this.#clock.isRunning) this.#clock.catchUp();
    this.#clock.stop();
    this.#traffic.stop();
    this.#sendRows();
    const policies = this.#traffic.policyCounts.map((it) => ({ site: it.site, counts: it.read() }));
    this.#tell({ kind: "driven", policies });
    for (const transport of this.#transports.values()) transport.close();
  }

  finished(session: Session): void {
    writeRow(this.#rows, this.#rowCount, session);
    this.#rowCount += 1;
    if (this.#rowCount === rowsPerBatch) this.#sendRows();
  }

  readonly #sent = (call: Call, lagMs: number): void => {
    if (call.attempt !== 0 || !(call.payment.trail instanceof Session)) return;
    call.payment.trail.sendLagMs = lagMs;
    this.#sendLag.record(lagMs);
  };

  #progress() {
    return {
      planned: this.#traffic.plannedCount,
      open: this.#traffic.openCount,
      sendLagP99Ms: this.#sendLag.quantileMs(0.99),
    };
  }

  #sendRows(): void {
    if (this.#rowCount === 0) return;
    const rows = this.#rows.slice(0, this.#rowCount * rowLength);
    this.#rowCount = 0;
    this.#tell({ kind: "activations", rows });
  }
}

/** What is taken back in a rehearsal is nobody's money. */
function reversalsOf({ reversalsFile, variant, isRehearsal }: DriverConfig): ReversalFile | null {
  if (reversalsFile === undefined || isRehearsal === true) return null;
  return new ReversalFile(reversalsFile, variant);
}

let driver: Driver | undefined;

raisePriority();
onMessage(async (message) => {
  if (message.kind === "configure-driver") {
    await new Driver(rehearsalOf(message.config), () => {}).run(monotonicMs());
    driver = new Driver(message.config, tellParent);
    await driver.connect();
    tellParent({ kind: "ready", port: 0 });
  } else if (message.kind === "start") void driver?.run(message.epochMs);
  else if (message.kind === "finish") driver?.finish();
});
