import path from "node:path";
import { type Io, writeOutput } from "./io.ts";
import type { Reading } from "./readings.ts";

/** Something that was measured, ready to be stored. */
export type Measured = {
  /** Stored as `<kind>.json`. */
  readonly kind: "result" | "plan" | "sweep" | "knee" | "profile";
  readonly json: string;
  /** Asked for only if anybody will read it. */
  readonly reading: () => Reading;
  readonly scenario: { readonly name: string };
  readonly environment: { readonly startedAt: string };
};

export type HandOverFlags = { readonly json: boolean; readonly out?: string | undefined };

/**
 * Writes the folder of what was measured, and prints what people read of it; or prints its JSON, and
 * writes a folder only if one is asked for.
 *
 * @param isBare - Only data goes to stdout.
 */
export async function handOver(
  { kind, json, reading, scenario, environment }: Measured,
  flags: HandOverFlags,
  io: Io,
  isBare = flags.json,
): Promise<void> {
  if (flags.json) io.print(json.trimEnd());
  if (isBare && flags.out === undefined) return;
  const folder = flags.out ?? defaultFolder(kind, scenario.name, environment.startedAt);
  const { pageFile, page, text } = reading();
  const file = path.join(folder, pageFile);
  try {
    // First what cannot be made again.
    await writeOutput(io, path.join(folder, `${kind}.json`), json);
    await writeOutput(io, file, page);
  } finally {
    if (!isBare) io.print(text);
  }
  if (!isBare) io.print(`report: ${file}`);
}

/** `reports/lunch-rush-2026-11-05T12-30-00`, `reports/lunch-rush-plan-2026-11-05T12-30-00`. */
export function defaultFolder(kind: Measured["kind"], name: string, startedAt: string): string {
  const time = startedAt.slice(0, 19).replaceAll(":", "-");
  return path.join("reports", [name, ...(kind === "result" ? [] : [kind]), time].join("-"));
}
