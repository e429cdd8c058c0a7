/** What a request waits for beside the server's own work, in the header of our own servers. */
const elsewhere = ["downstream", "between"];

/**
 * How long the server says that it spent on an answer, from its Server-Timing headers (W3C): the
 * metric `own`, with `downstream` and `between` where they stand beside it, for a worker waits for
 * them too; else the metric `total`. HTTP, the network and the client's own lateness are not in it.
 *
 * @param rawHeaders - Names and values by turns, as they came over the wire.
 * @returns `undefined` when no header says so. [ms]
 */
export function parseServerMs(rawHeaders: readonly unknown[]): number | undefined {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (typeof name !== "string" || name.length !== 13) continue;
    if (name.toLowerCase() !== "server-timing") continue;
    return parseTiming(allValues(rawHeaders, i));
  }
  return undefined;
}

/** The header may come more than once: its values then count as one list. */
function allValues(rawHeaders: readonly unknown[], first: number): string {
  let text = String(rawHeaders[first + 1]);
  for (let i = first + 2; i + 1 < rawHeaders.length; i += 2) {
    const name = String(rawHeaders[i]);
    if (name.toLowerCase() === "server-timing") text += `, ${String(rawHeaders[i + 1])}`;
  }
  return text;
}

function parseTiming(text: string): number | undefined {
  const metrics = new Map<string, number>();
  for (const metric of withoutQuotes(text).split(",")) {
    const [name = "", ...params] = metric.split(";");
    const duration = params.find((it) => /^\s*dur\s*=/i.test(it));
    const ms = duration?.slice(duration.indexOf("=") + 1).trim();
    const key = name.trim().toLowerCase();
    // Of a metric that comes twice, and of a parameter, the first counts.
    if (ms !== undefined && isDuration(ms) && !metrics.has(key)) metrics.set(key, Number(ms));
  }
  const ownMs = metrics.get("own");
  if (ownMs === undefined) return metrics.get("total");
  return elsewhere.reduce((sum, name) => sum + (metrics.get(name) ?? 0), ownMs);
}

/** A quoted number is a number; other quoted text may hold commas, and is of no use. */
function withoutQuotes(text: string): string {
  if (!text.includes('"')) return text;
  return text.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) =>
    isDuration(inner) ? inner : "",
  );
}

function isDuration(text: string): boolean {
  return /^\d+(?:\.\d*)?(?:e[-+]?\d+)?$/i.test(text) || /^\.\d+$/.test(text);
}
