import { UsageError } from "../kernel/errors.ts";
import type { FromChild, ToChild } from "./messages.ts";

/** What every child process of a run does: it obeys its parent, and dies with it. */

export function tellParent(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

/** Handles the parent's messages one after the other; an error is told to the parent. */
export function onMessage(handle: (message: ToChild) => Promise<void>): void {
  // Ctrl-C reaches the whole group: the parent decides what becomes of the run.
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit());
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  let queue = Promise.resolve();
  process.on("message", (message: ToChild) => {
    queue = queue.then(() => handle(message)).catch(fail);
  });
  tellParent({ kind: "up" });
}

function fail(error: unknown): void {
  const message =
    error instanceof UsageError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  tellParent({ kind: "failed", message });
  process.exitCode = 1;
}
