import type { Edge, Knee, Recovery } from "../record/knee-result.ts";
import { formatNumber, formatPercent } from "./format.ts";

/** `1.48x`. */
export function formatLoad(load: number): string {
  return `${formatNumber(load)}x`;
}

/** `between 1.48x and 1.5x`. */
function between({ lastGoodLoad, firstBadLoad }: Edge): string {
  const [low, high] = [lastGoodLoad, firstBadLoad].sort((a, b) => a - b);
  return `between ${formatLoad(low ?? 0)} and ${formatLoad(high ?? 0)}`;
}

/** What was found, in sentences; the first answers how much load the chain bears. */
export function kneeSentences(it: Knee): readonly string[] {
  const fails = it.gates.length > 0 ? "its gates fail" : "1 % of what is due goes uncredited";
  const sentences = [
    it.knee === null
      ? "The load at which its demands fail was not found."
      : `It bears ${formatLoad(it.knee.lastGoodLoad)} of its load: ${fails} ${between(it.knee)}.`,
    it.collapse === null
      ? ""
      : `It collapses ${between(it.collapse)}: there half of what is due goes uncredited.`,
    it.latencyKneeLoad === null
      ? ""
      : `The p99 of the latency bends at ${formatLoad(it.latencyKneeLoad)}.`,
    hysteresisSentence(it),
    uslSentence(it),
  ];
  return [...sentences, ...it.notes.map((note) => `Note: ${note}.`)].filter((text) => text !== "");
}

function hysteresisSentence({ hysteresis }: Knee): string {
  if (hysteresis === null) return "";
  const { edge, isMetastable, tests, spikeLoad } = hysteresis;
  const spike = `after a spike to ${formatLoad(spikeLoad)}`;
  if (tests.length === 0) return "";
  if (!isMetastable) {
    const most = tests.at(-1)?.load ?? 0;
    return `It comes back ${spike}, at ${formatLoad(most)} too.`;
  }
  if (edge === null) return `Metastable: it does not come back ${spike}, at any load tested.`;
  return (
    `Metastable: ${spike} it comes back up to ${formatLoad(edge.lastGoodLoad)}, ` +
    `and stays down from ${formatLoad(edge.firstBadLoad)} on.`
  );
}

function uslSentence({ usl }: Knee): string {
  if (usl === null) return "";
  const { sigma, kappa, r2, isPoor, peakLoad } = usl;
  const law = `Universal Scalability Law: σ ${formatNumber(sigma)}, κ ${formatNumber(kappa)}`;
  const peak = peakLoad === null ? "no peak" : `peak at ${formatLoad(peakLoad)}`;
  const doubt = isPoor ? "; a poor fit: do not build on it" : "";
  return `${law}, ${peak} (R² ${r2.toFixed(3)}${doubt}).`;
}

const stateWords: Readonly<Record<Recovery["state"], string>> = {
  recovered: "recovered",
  recovering: "not yet, but its queues shrink",
  stuck: "stuck",
};

export function describeRecovery(it: Recovery): string {
  const ratios = `${formatPercent(it.uncreditedRatio)} uncredited, without the spike ${formatPercent(it.controlRatio)}`;
  return `${stateWords[it.state]} (${ratios})`;
}
