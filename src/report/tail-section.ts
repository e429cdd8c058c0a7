import type { VariantResult } from "../record/result.ts";
import { Tail, type TailPart, type TimeKind } from "../record/tail-result.ts";
import { formatMs, formatNumber, formatPercent, formatPlural } from "./format.ts";
import { type Html, html, none } from "./html.ts";
import { renderTable } from "./table.ts";

const kindWords: Readonly<Record<TimeKind, string>> = {
  wait: "waiting in the queue of",
  service: "served by",
  link: "on the link",
  pause: "pauses and back-off of",
  timeout: "waiting in vain at",
  fault: "held up by a fault at",
};

/** `waiting in the queue of bank.risk`. */
export function describePart({ kind, part }: TailPart): string {
  return `${kindWords[kind]} ${part}`;
}

/** Where the slowest lost their time; nothing where nobody looked. */
export function renderTail({ name, tail, seeds }: VariantResult): Html {
  if (tail === undefined) return none;
  const { count, sampledCount, p99Ms, tailMeanMs, medianMeanMs } = tail;
  const total = tailMeanMs - medianMeanMs;
  const sampled =
    sampledCount < count ? `, of which ${formatNumber(sampledCount)} were taken apart` : "";
  const first = seeds > 1 ? " Of the first run." : "";
  const sum: Row = { name: "all", medianMeanMs, tailMeanMs, differenceMs: total };
  const rows = [...tail.parts.map((it): Row => ({ name: describePart(it), ...it })), sum];
  return html`<h3>Where the slowest lose their time</h3>
<p>${formatPlural(count, "activation")} took ${formatMs(p99Ms)} or longer${sampled}; beside them the
${formatNumber(tail.medianCount)} around the median. Means of each part; the differences add up to the whole.${first}</p>
${renderTable(
  `The slowest 1 % of ${name}, against the median`,
  [
    { head: "Time", isText: true, meaning: kindMeaning, cell: (it) => it.name },
    { head: "median", cell: (it) => formatMs(it.medianMeanMs) },
    { head: "slowest", cell: (it) => formatMs(it.tailMeanMs) },
    { head: "difference", cell: (it) => formatDifference(it.differenceMs) },
    {
      head: "share",
      meaning: "Share of the whole difference.",
      cell: (it) => formatPercent(total > 0 ? it.differenceMs / total : null),
    },
  ],
  rows,
)}`;
}

type Row = {
  readonly name: string;
  readonly medianMeanMs: number;
  readonly tailMeanMs: number;
  readonly differenceMs: number;
};

const kindMeaning = Tail.shape.parts.element.shape.kind.description ?? "";

function formatDifference(ms: number): string {
  return `${ms < 0 ? "−" : "+"}${formatMs(Math.abs(ms))}`;
}
