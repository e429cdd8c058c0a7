import { readFileSync } from "node:fs";
import { loadavg } from "node:os";

/** How busy the machine was over a while: a live run on a busy one proves little. */
export type MachineLoad = {
  /** Share of the processors' time that was spent on something. [ratio] */
  readonly busyRatio: number;
  /** Share that the host kept for others, while something here wanted to run. [ratio] */
  readonly stolenRatio: number;
};

/** Processor time since the machine started, all processors together. [ticks] */
type Ticks = { readonly all: number; readonly idle: number; readonly stolen: number };

/** Starts to watch. @returns What the load was from now until that is called; null where unknown. */
export function watchMachine(): () => MachineLoad | null {
  const before = readTicks();
  return () => {
    const after = readTicks();
    if (before === null || after === null || after.all === before.all) return null;
    const all = after.all - before.all;
    return {
      busyRatio: 1 - (after.idle - before.idle) / all,
      stolenRatio: (after.stolen - before.stolen) / all,
    };
  };
}

/** Processes that want to run, averaged over the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

/** The first line of `/proc/stat`: user nice system idle iowait irq softirq steal. Linux alone. */
function readTicks(): Ticks | null {
  let text: string;
  try {
    text = readFileSync("/proc/stat", "utf8");
  } catch {
    return null; // Another system: it is not known there, and the figure is a courtesy.
  }
  const ticks = (/^cpu +(.*)$/m.exec(text)?.[1] ?? "").split(" ").slice(0, 8).map(Number);
  const [, , , idle = 0, waiting = 0, , , stolen = 0] = ticks;
  return { all: ticks.reduce((sum, it) => sum + it, 0), idle: idle + waiting, stolen };
}
