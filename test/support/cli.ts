import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built command line, as users run it. */
const cliFile = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Running = {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written to stderr so far. */
  readonly stderr: () => string;
};

/** Starts `tillstorm` with these words. */
export function startCli(words: readonly string[], cwd?: string): Running {
  const child = spawn(process.execPath, [cliFile, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended, stderr: () => stderr };
}

export function runCli(words: readonly string[], cwd?: string): Promise<Ended> {
  return startCli(words, cwd).ended;
}

/** The processes that a process has started, and those that they have. */
export function descendantsOf(pid: number): number[] {
  const rows = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  const visit = (parent: number): void => {
    for (const [child, of] of rows) {
      if (of !== parent || child === undefined) continue;
      found.push(child);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** Waits until `holds`, and fails when it does not within `maxMs`. */
export async function until(what: string, holds: () => boolean, maxMs: number): Promise<void> {
  const endMs = performance.now() + maxMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`not within ${maxMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The words with which a process was started; empty where it has ended. */
export function commandOf(pid: number): string {
  const words = ["-o", "args=", "-p", String(pid)];
  return spawnSync("ps", words, { encoding: "utf8" }).stdout;
}
