import { z } from "zod";
import { parseDurationMs } from "./units.ts";

/** A stretch of time, the end not included. [ms] */
export type Window = { readonly fromMs: number; readonly toMs: number };

/** `8m..10m`; `undefined` if it is no window. */
export function parseWindow(text: string): Window | undefined {
  const [from, to, ...rest] = text.split("..");
  if (from === undefined || to === undefined || rest.length > 0) return undefined;
  const fromMs = parseDurationMs(from);
  const toMs = parseDurationMs(to);
  if (fromMs === undefined || toMs === undefined || toMs <= fromMs) return undefined;
  if (toMs === Number.POSITIVE_INFINITY) return undefined;
  return { fromMs, toMs };
}

export const Window = z
  .string({ error: () => "expected a window such as 8m..10m" })
  .regex(/^[\d.a-z]+\.\.[\d.a-z]+$/, { error: () => "expected a window such as 8m..10m" })
  .transform((text, context): Window => {
    const window = parseWindow(text);
    if (window !== undefined) return window;
    context.addIssue({ code: "custom", message: "expected a window such as 8m..10m" });
    return z.NEVER;
  });
