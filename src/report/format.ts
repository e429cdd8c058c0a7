import { formatDuration } from "../kernel/units.ts";

/** How a null reads: nothing was measured. */
export const nothing = "–";

/** Three significant digits, more only where whole numbers need them; thousands separated. */
export function formatNumber(value: number | null): string {
  if (value === null || Number.isNaN(value)) return nothing;
  const rounded =
    Number.isInteger(value) || Math.abs(value) >= 1_000
      ? Math.round(value)
      : Number(value.toPrecision(3));
  return plus0(rounded).toLocaleString("en-US", { maximumFractionDigits: 3 });
}

/** A time in the unit that suits its size: µs are kept, hours are no thousands of seconds. */
export function formatMs(ms: number | null): string {
  if (ms === null || Number.isNaN(ms)) return nothing;
  const size = Math.abs(ms);
  if (size < 999.5) return `${formatNumber(ms)} ms`;
  if (size < 119_950) return `${formatNumber(ms / 1_000)} s`;
  if (size < 7_197_000) return `${formatNumber(ms / 60_000)} min`;
  return `${formatNumber(ms / 3_600_000)} h`;
}

/**
 * A share as percent. A share that is not quite nothing or not quite all never reads as `0%` or
 * `100%`: one lost activation in a million is still lost.
 */
export function formatPercent(ratio: number | null): string {
  if (ratio === null || Number.isNaN(ratio)) return nothing;
  const percent = ratio * 100;
  const size = Math.abs(percent);
  if (size > 0 && size < 0.001) return percent < 0 ? ">−0.001%" : "<0.001%";
  if (percent >= 99.95 && percent < 100) {
    return percent < 99.9995 ? `${Number(percent.toFixed(3))}%` : ">99.999%";
  }
  const decimals = size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return `${plus0(Number(percent.toFixed(decimals))).toLocaleString("en-US")}%`;
}

/** An amount of money from its minor units: 123456 is `1,234.56`. */
export function formatMinor(minor: number): string {
  const size = Math.abs(minor) / 100;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${minor < 0 ? "−" : ""}${size.toLocaleString("en-US", digits)}`;
}

/** An instant or a length on the time axis, such as `8m30s`; never finer than can be read. */
export function formatInstant(ms: number): string {
  const stepMs = ms < 1_000 ? 1 : ms < 60_000 ? 100 : 1_000;
  return formatDuration(Math.round(ms / stepMs) * stepMs);
}

/** `1 variant`, `3 variants`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** No reader wants to know about negative zero. */
function plus0(value: number): number {
  return value === 0 ? 0 : value;
}
