import { cpus, platform, release } from "node:os";
import type { Result } from "../record/result.ts";
import { packageVersion } from "./package-version.ts";

/** Where and when something was run, and how it is run again. */
export function environmentOf(run: {
  readonly startedAt: Date;
  readonly elapsedMs: number;
  readonly command: string;
}): Result["environment"] {
  return {
    tillstorm: packageVersion(),
    node: process.version,
    platform: `${platform()} ${release()}`,
    cpus: cpus().length,
    cpuModel: cpus()[0]?.model ?? "unknown",
    startedAt: run.startedAt.toISOString(),
    elapsedMs: Math.round(run.elapsedMs),
    command: run.command,
  };
}
