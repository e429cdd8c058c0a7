import { z } from "zod";

const number = String.raw`(?:\d+(?:\.\d+)?|\.\d+)`;
const durationPattern = new RegExp(`^(?:${number}(?:us|ms|s|m|h|d))+$`);
const durationPart = new RegExp(`(${number})(us|ms|s|m|h|d)`, "g");
const msPerUnit: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const secondsPerUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Milliseconds, rounded to whole microseconds: what every duration in a run is a multiple of. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** `250ms`, `2s`, `1m30s` to milliseconds; `undefined` if it is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(durationPart)) {
    ms += Number(amount) * (msPerUnit[unit ?? ""] ?? Number.NaN);
  }
  return roundMs(ms);
}

/** The shortest way to write a duration that `parseDurationMs` reads: 90000 is `1m30s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1_000) return ms < 1 ? `${Math.round(ms * 1_000)}us` : `${Number(ms.toFixed(3))}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = Number(((ms % 60_000) / 1_000).toFixed(6));
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}${seconds > 0 ? `${seconds}s` : ""}`;
}

function scalar(pattern: RegExp, expected: string, read: (text: string) => number | undefined) {
  return z
    .string({ error: () => `expected ${expected}` })
    .regex(pattern, { error: () => `expected ${expected}` })
    .transform((text, context) => {
      const value = read(text);
      if (value === undefined || !Number.isFinite(value)) {
        context.addIssue({ code: "custom", message: `expected ${expected}` });
        return z.NEVER;
      }
      return value;
    });
}

/** A length of time, 0 allowed. In a scenario `250ms`; from the loader on milliseconds. */
export const Duration = scalar(
  durationPattern,
  "a duration such as 250ms, 2s or 10m",
  parseDurationMs,
);

/** A length of time above 0. [ms] */
export const PositiveDuration = Duration.refine((ms) => ms > 0, {
  error: "expected a duration above 0, such as 2s",
});

/** How often something happens: `80/s`, `4800/m`. From the loader on per second. */
export const Rate = scalar(
  new RegExp(`^${number}/(?:s|m|h|d)$`),
  "a rate such as 80/s or 4800/m",
  (text) => {
    const [amount, unit] = text.split("/");
    return Number(amount) / (secondsPerUnit[unit ?? ""] ?? Number.NaN);
  },
);

/** A share of a whole, `0%` to `100%`. From the loader on 0..1. */
export const Share = scalar(
  new RegExp(`^${number}%$`),
  "a share such as 0.2% (0% to 100%)",
  (text) => {
    const percent = Number(text.slice(0, -1));
    return percent <= 100 ? Number((percent / 100).toPrecision(15)) : undefined;
  },
);

/** How many times as much: `3x`, `0.5x`. */
export const Factor = scalar(new RegExp(`^${number}x$`), "a factor such as 3x or 0.5x", (text) =>
  Number(text.slice(0, -1)),
);

const bitsPerUnit: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

/** How much a line carries: `64kbit/s`, `10Mbit/s`. From the loader on bits per second, above 0. */
export const Bandwidth = scalar(
  new RegExp(`^${number}[kMG]?bit/s$`),
  "a bandwidth above 0, such as 64kbit/s or 10Mbit/s",
  (text) => {
    const [, amount, unit] = /^([\d.]+)([kMG]?)/.exec(text) ?? [];
    const bitsPerSecond = Number(amount) * (bitsPerUnit[unit ?? ""] ?? Number.NaN);
    return bitsPerSecond > 0 ? bitsPerSecond : undefined;
  },
);

/** The shortest way to write a bandwidth that `Bandwidth` reads: 64000 is `64kbit/s`. */
export function formatBandwidth(bitsPerSecond: number): string {
  const unit = ["G", "M", "k"].find((it) => bitsPerSecond >= (bitsPerUnit[it] ?? 0)) ?? "";
  return `${Number((bitsPerSecond / (bitsPerUnit[unit] ?? 1)).toPrecision(12))}${unit}bit/s`;
}

/** A whole number of things, at least one. */
export const PositiveCount = z
  .int({ error: () => "expected a whole number from 1" })
  .min(1, { error: () => "expected a whole number from 1" })
  .max(1_000_000, { error: () => "expected a whole number up to 1000000" });

/** A whole number of things, possibly none. */
export const Count = z
  .int({ error: () => "expected a whole number from 0" })
  .min(0, { error: () => "expected a whole number from 0" })
  .max(1_000_000_000, { error: () => "expected a whole number up to 1000000000" });
