import { type ChildProcess, fork } from "node:child_process";
import { RunError } from "../kernel/errors.ts";
import { builtFile } from "./built-file.ts";
import type { FromChild, ToChild } from "./messages.ts";

/** How long a child may take to end by itself once it was let go. [ms] */
const endGraceMs = 2_000;
/** How long a child may take to say something that it was asked for. [ms] */
const answerMaxMs = 30_000;

type Kind = FromChild["kind"];
type Message<K extends Kind> = Extract<FromChild, { kind: K }>;

/** A child process of a run, from its parent's side. */
export class Child {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiters = new Map<Kind, (message: FromChild) => void>();
  #listener: (message: FromChild) => void = () => {};
  #failed: (error: RunError) => void = () => {};
  #isLetGo = false;
  /** Rejects when the child dies or fails before it was let go. */
  readonly failure: Promise<never>;
  /** The process is there and listens. Rejects when it fails or stays silent. */
  readonly booted: Promise<void>;

  /** @param path - The built module to run, below the build folder. */
  constructor(name: string, path: string) {
    this.name = name;
    this.failure = new Promise<never>((_, reject) => {
      this.#failed = reject;
    });
    this.failure.catch(() => {}); // Waited for elsewhere; never unhandled.
    this.#process = fork(builtFile(path), [], {
      serialization: "advanced",
      // A larger nursery: short-lived objects of requests are collected less often.
      execArgv: ["--enable-source-maps", "--max-semi-space-size=32"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => {
        if (!this.#isLetGo) {
          this.#failed(
            new RunError(`${name} ended unexpectedly (${signal ?? `exit code ${code}`})`),
          );
        }
        resolve();
      });
      this.#process.once("error", (cause) => {
        this.#failed(
          new RunError(`${name} could not be started: ${cause.message}`, undefined, { cause }),
        );
        resolve();
      });
    });
    this.#process.on("message", (message: FromChild) => this.#heard(message));
    this.booted = this.hear("up").then(() => {});
    this.booted.catch(() => {}); // Waited for elsewhere; never unhandled.
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Hears every message that nobody waits for. */
  listen(listener: (message: FromChild) => void): void {
    this.#listener = listener;
  }

  tell(message: ToChild): void {
    if (this.#process.connected) this.#process.send(message);
  }

  /** The next message of a kind. @throws {RunError} when the child fails or stays silent. */
  async hear<K extends Kind>(kind: K, maxMs = answerMaxMs): Promise<Message<K>> {
    const heard = new Promise<Message<K>>((resolve) => {
      this.#waiters.set(kind, (message) => {
        if (isOf(message, kind)) resolve(message);
      });
    });
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      if (maxMs === Number.POSITIVE_INFINITY) return;
      const error = new RunError(`${this.name} did not answer within ${maxMs / 1_000} s`);
      timer = setTimeout(reject, maxMs, error);
    });
    try {
      return await Promise.race([heard, silence, this.failure]);
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(kind);
    }
  }

  /** Lets the child go: it ends by itself, or is killed. */
  async end(): Promise<void> {
    this.#isLetGo = true;
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), endGraceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Kills the child at once, as a crash does. Resolves when it is dead. */
  async kill(): Promise<void> {
    this.#isLetGo = true;
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  #heard(message: FromChild): void {
    if (message.kind === "failed") {
      this.#failed(new RunError(`${this.name}: ${message.message}`));
      return;
    }
    const waiter = this.#waiters.get(message.kind);
    if (waiter === undefined) this.#listener(message);
    else waiter(message);
  }
}

function isOf<K extends Kind>(message: FromChild, kind: K): message is Message<K> {
  return message.kind === kind;
}
