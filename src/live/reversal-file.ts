import { openSync, readFileSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import type { ReversalJournal, ReversalLine } from "../chain/reversal-journal.ts";
import { makeFolder } from "./make-folder.ts";

/** One line of the file: which case of the scenario it is of, beside what the terminal writes. */
export type WrittenReversal = ReversalLine & { readonly variant: string };

/**
 * The reversals of a live run, one JSON object a line, one line for each change of state. A line is
 * with the operating system before the reversal leaves: who kills the process loses none of them.
 */
export class ReversalFile implements ReversalJournal {
  readonly #file: string;
  readonly #variant: string;
  /** Opened by the first reversal: most runs have none, and then there is no file. */
  #descriptor: number | null = null;

  constructor(file: string, variant: string) {
    this.#file = file;
    this.#variant = variant;
  }

  write(line: ReversalLine): void {
    this.#descriptor ??= this.#open();
    const written: WrittenReversal = { variant: this.#variant, ...line };
    const text = Buffer.from(`${JSON.stringify(written)}\n`);
    for (let at = 0; at < text.length; ) at += writeSync(this.#descriptor, text, at);
  }

  #open(): number {
    makeFolder(path.dirname(this.#file));
    return openSync(this.#file, "a");
  }
}

/** What an earlier run left there: a folder is that of its last run, as its result is. */
export function forgetReversals(file: string): void {
  rmSync(file, { force: true });
}

/**
 * The reversals that people have to settle: listed, or pending when their process ended; each as it
 * was written down last. None where there is no such file.
 */
export function openReversals(file: string): readonly WrittenReversal[] {
  const last = new Map<string, WrittenReversal>();
  // Behind the last line end is nothing, or a line that its process did not finish.
  for (const line of textOf(file).split("\n").slice(0, -1)) {
    const it = JSON.parse(line) as WrittenReversal; // `ReversalFile` wrote it.
    last.set(`${it.variant} ${it.stream}#${it.number}`, it);
  }
  return [...last.values()].filter(({ state }) => state === "listed" || state === "pending");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
