import { Child } from "./child.ts";
import type { ReplicaConfig, ReplicaRecord } from "./messages.ts";
import { monotonicMs } from "./wall-clock.ts";

/** A span of the run in which a replica is dead. [ms since the start of the run] */
export type CrashSpan = { readonly fromMs: number; readonly toMs: number };

/** Successors that boot before the run; more than these boot while it goes on. */
const bootedAheadMax = 12;

/** How long a replica may take to count what is under way in it. [ms] */
const openAnswerMaxMs = 5_000;

const processFile = "mock-bank/replica-main.js";

/**
 * The place of one replica: a process, and after each kill another one on the same port.
 *
 * Successors are booted and warmed ahead, so that one is back at its instant and its boot disturbs
 * nobody; they open the port only when their time has come.
 */
export class ReplicaSeat {
  readonly service: string;
  readonly number: number;
  readonly #crashes: readonly CrashSpan[];
  readonly #failed: (error: Error) => void;
  readonly #records: ReplicaRecord[] = [];
  readonly #successors: Child[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #child: Child | undefined;
  #config: ReplicaConfig | undefined;
  #killing: Promise<void> = Promise.resolve();
  #isEnded = false;

  /** @param failed - Told when a process dies that was not to die. */
  constructor(
    service: string,
    number: number,
    crashes: readonly CrashSpan[],
    failed: (error: Error) => void,
  ) {
    this.service = service;
    this.number = number;
    this.#crashes = crashes;
    this.#failed = failed;
    this.#child = this.#boot();
    const aheadCount = Math.min(crashes.length, bootedAheadMax);
    for (let i = 0; i < aheadCount; i += 1) this.#successors.push(this.#boot());
  }

  get name(): string {
    return `${this.service}#${this.number}`;
  }

  /** Of the process that serves now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Hands the replica and its successors their part. @returns The port it listens on. */
  async configure(config: ReplicaConfig): Promise<number> {
    const child = this.#child;
    if (child === undefined) throw new Error(`${this.name} has no process`);
    const port = await configureChild(child, config);
    this.#config = { ...config, port };
    for (const successor of this.#successors) await configureChild(successor, this.#config);
    return port;
  }

  beginRun(epochMs: number): void {
    this.#child?.tell({ kind: "start", epochMs });
    for (const { fromMs, toMs } of this.#crashes) {
      this.#atInstant(epochMs + fromMs, () => {
        this.#killing = this.#kill();
      });
      if (toMs === Number.POSITIVE_INFINITY) continue;
      this.#atInstant(epochMs + toMs, () => void this.#succeed(epochMs));
    }
  }

  /** What all processes of this seat recorded. */
  async finish(): Promise<readonly ReplicaRecord[]> {
    this.#stopTimers();
    await this.#killing;
    const child = this.#child;
    if (child !== undefined) {
      const heard = child.hear("record");
      child.tell({ kind: "finish" });
      this.#records.push((await heard).record);
    }
    return this.#records;
  }

  /** Requests under way in it, or acknowledged and not delivered; a dead one has none. */
  async countOpen(): Promise<number> {
    const child = this.#child;
    if (child === undefined) return 0;
    const heard = child.hear("open", openAnswerMaxMs);
    child.tell({ kind: "count-open" });
    try {
      return (await heard).count;
    } catch (error) {
      if (this.#child === child) throw error;
      return 0; // It was killed before it could say so.
    }
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#stopTimers();
    const children = [this.#child, ...this.#successors.splice(0)];
    this.#child = undefined;
    await Promise.all(children.map((child) => child?.end()));
  }

  #boot(): Child {
    const child = new Child(this.name, processFile);
    child.failure.catch((error: Error) => this.#failed(error));
    return child;
  }

  /** Asks for the record up to now, then kills: SIGKILL, as a crash is. */
  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    try {
      const heard = child.hear("record");
      child.tell({ kind: "last-words" });
      this.#records.push((await heard).record);
      await child.kill();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The next process takes the place of the one that was killed. */
  async #succeed(epochMs: number): Promise<void> {
    await this.#killing;
    const config = this.#config;
    if (config === undefined || this.#isEnded) return;
    const ready = this.#successors.shift();
    const child = ready ?? this.#boot();
    this.#child = child;
    try {
      if (ready === undefined) await configureChild(child, config);
      child.tell({ kind: "start", epochMs });
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #atInstant(instantMs: number, act: () => void): void {
    this.#timers.push(setTimeout(act, Math.max(0, instantMs - monotonicMs())));
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}

async function configureChild(child: Child, config: ReplicaConfig): Promise<number> {
  await child.booted;
  const ready = child.hear("ready");
  child.tell({ kind: "configure-replica", config });
  return (await ready).port;
}
