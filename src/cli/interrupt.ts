import { ExitCode } from "../kernel/exit-code.ts";

/**
 * Turns the first Ctrl-C (or SIGTERM) into an abort, so that what was measured is kept; the second
 * ends the process at once.
 *
 * @returns The signal, and `release`, which gives Ctrl-C its usual meaning back.
 */
export function watchInterrupt(onInterrupt: () => void): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      process.exit(ExitCode.interrupted);
    }
    process.exitCode = ExitCode.interrupted;
    onInterrupt();
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
