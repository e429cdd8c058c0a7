import { policyCountNames } from "../domain/policy-count.ts";
import { Result } from "../record/result.ts";
import { type Html, html } from "./html.ts";
import { advanceTerms, closingTerms, moneyTerms, settlementTerms } from "./money-terms.ts";
import { meaningOfCount, nameOfCount, remedyCounts } from "./remedy-words.ts";

const variant = Result.shape.variants.element.shape;
const station = variant.stations.element.shape;

/** What the figures of the page mean, and their units. Where the result's schema says it, from there. */
export const terms = {
  planned: { name: "planned", meaning: described(variant.planned, "count") },
  credited: {
    name: "credited",
    meaning:
      "Credited within the promise of the scenario, counted from the planned instant. [count]",
  },
  late: { name: "late", meaning: "Credited, but later than the promise. [count]" },
  declined: {
    name: "declined",
    meaning: "The bank said no: final, and no failure of the chain. [count]",
  },
  blocked: {
    name: "blocked",
    meaning: "A forged link or a failed second factor, rightly stopped. [count]",
  },
  lost: { name: "lost", meaning: "Never credited before the run ended. [count]" },
  uncredited: {
    name: "uncredited rate",
    meaning: `Share of what was due that did not arrive in time: ${described(variant.uncreditedRatio, "%")}`,
  },
  causes: {
    name: "causes",
    meaning:
      "Why each late or lost activation is so: by what ended it or, if late, by where its time beyond the fault-free median went. They add up to late + lost. [count]",
  },
  unnotified: { name: "unnotified", meaning: described(variant.unnotified, "count") },
  attempts: { name: "attempts", meaning: described(variant.attempts, "count") },
  integrity: {
    name: "integrity",
    meaning:
      "Counts that must be 0, whatever breaks: money must not be made, promised or mislaid. [count]",
  },
  doubleCredited: {
    name: "credited twice",
    meaning: described(variant.integrity.shape.doubleCredited, "count"),
  },
  phantom: { name: "phantom", meaning: described(variant.integrity.shape.phantom, "count") },
  missing: { name: "missing", meaning: described(variant.integrity.shape.missing, "count") },
  leaked: { name: "leaked", meaning: described(variant.integrity.shape.leaked, "count") },
  timeToCredit: { name: "time to credit", meaning: described(variant.timeToCreditMs, "ms, s") },
  latency: { name: "latency", meaning: described(variant.latencyMs, "ms, s") },
  serviceTime: { name: "service time", meaning: described(variant.serviceTimeMs, "ms, s") },
  sendLag: {
    name: "send lag",
    meaning: described(variant.sendLagMs, "ms, s"),
  },
  percentile: {
    name: "percentile",
    meaning:
      "p50, p90, p99, p99.9: this share of the samples took at most so long. p50 is the median. From all samples; within 0.1% of the exact sample quantile, without a lean to either side. [ms, s]",
  },
  answered: {
    name: "answered",
    meaning: "The terminal got an answer: approved or declined. [count]",
  },
  timedOut: {
    name: "timed out",
    meaning: "The merchant's patience or the terminal's timeout ran out. [count]",
  },
  failed: {
    name: "failed",
    meaning: "The last attempt was refused, broken, or answered with a retriable code. [count]",
  },
  unsent: { name: "unsent", meaning: "Planned, but never sent. [count]" },
  unfinished: { name: "unfinished", meaning: "Still waiting when the run ended. [count]" },
  replicas: { name: "replicas", meaning: "Copies of the service that share its work. [count]" },
  workers: { name: "workers", meaning: described(station.workers, "count") },
  arrivals: { name: "arrivals", meaning: described(station.arrivals, "count") },
  completions: { name: "completions", meaning: described(station.completions, "count") },
  dropped: { name: "turned away", meaning: described(station.dropped, "count") },
  stationFailed: { name: "failed (station)", meaning: described(station.failed, "count") },
  busy: { name: "busy share", meaning: described(station.utilisationRatio, "%") },
  held: {
    name: "held share",
    meaning:
      "Mean share of workers that only waited for another service's answer. The rest of the busy share is the station's own work. [%]",
  },
  queueMean: { name: "queue, mean", meaning: described(station.queueMean, "count") },
  queueMax: { name: "queue, most", meaning: described(station.queueMax, "count") },
  waited: { name: "had to wait", meaning: described(station.waitedRatio, "%") },
  wait: { name: "wait", meaning: "Time in the queue before a worker took the request. [ms, s]" },
  stationService: {
    name: "service time (station)",
    meaning: described(station.serviceMeanMs, "ms, s"),
  },
  bottleneck: {
    name: "bottleneck",
    meaning:
      "The station that held the chain back at that time; stations upstream of it may be busy too, but only with waiting.",
  },
  gate: {
    name: "gate",
    meaning: "A condition of the scenario. The run passes when all of them hold.",
  },
  interval: {
    name: "interval",
    meaning:
      "95% Student-t interval: of a figure over independent runs, or over batches of one steady run (one number each, its own percentile too), shown as ± beside the figure of all samples; of a difference over paired seeds. Where that contains 0, the runs show no difference. “?” marks a doubtful one.",
  },
  holm: {
    name: "p (Holm)",
    meaning:
      "How likely so great a difference were if there was none, corrected for all variants that are compared by the figure: above 0.05 one of so many may be chance.",
  },
  varianceSaved: {
    name: "runs saved",
    meaning:
      "How many times the runs independent luck would have needed for the same interval: (var a + var b) / var(a − b). Below 1 pairing made it worse.",
  },
  predicted: {
    name: "predicted",
    meaning: "The same variant, simulated with the same seed in virtual time.",
  },
  expired: {
    name: "expired",
    meaning:
      "Left the queue unserved, for its deadline had passed: nobody waited any more. [count]",
  },
  killed: {
    name: "killed",
    meaning: "Were at the stage when the process of its replica was killed. [count]",
  },
  site: {
    name: "site",
    meaning:
      "Where remedies work: who calls (service.stage, or traffic.stream for the terminals), or a service, at its door.",
  },
} as const;

/** The last section: every figure, its meaning, its unit; of books and remedies, what there was. */
export function renderGlossary({ variants, predictions }: Result): Html {
  const all = [...variants, ...predictions];
  const stations = all.flatMap((it) => it.stations);
  const counts = new Set(all.flatMap(remedyCounts).map(({ count }) => count));
  const { expired, killed, site, ...always } = terms;
  const books = all.flatMap(({ money }) => (money === undefined ? [] : [money]));
  const shown = [
    ...Object.values(always),
    ...(books.length > 0 ? Object.values(moneyTerms) : []),
    ...(books.some(({ batches }) => batches.length > 0) ? Object.values(settlementTerms) : []),
    ...(books.some(({ batches }) => batches.some(({ closing }) => closing !== undefined))
      ? Object.values(closingTerms)
      : []),
    ...(books.some(({ advance }) => advance !== undefined) ? Object.values(advanceTerms) : []),
    ...(stations.some((it) => it.expired !== undefined) ? [expired] : []),
    ...(stations.some((it) => it.killed !== undefined) ? [killed] : []),
    ...(counts.size > 0 ? [site] : []),
    ...policyCountNames
      .filter((it) => counts.has(it))
      .map((it) => ({
        name: `${nameOfCount(it)} (site)`,
        meaning: `${sentence(meaningOfCount(it))} [count]`,
      })),
  ];
  const rows = shown.map(
    ({ name, meaning }) => html`<div><dt>${name}</dt><dd>${meaning}</dd></div>`,
  );
  return html`<section id="glossary" aria-labelledby="glossary-title">
<h2 id="glossary-title">Glossary</h2>
<p>Figures count activations unless they say otherwise. “–” means that nothing was measured. With several seeds,
counts are sums over the runs, percentiles come from all samples, and curves are means per run.</p>
<dl class="glossary">${rows}</dl>
</section>`;
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}

/** The schema's own words, with the unit in which the page shows the figure. */
function described(schema: { readonly description?: string | undefined }, unit: string): string {
  return `${schema.description ?? ""} [${unit}]`;
}
