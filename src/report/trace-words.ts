import { responseCodeOf, responseCodes } from "../domain/response-code.ts";
import type { TraceEvent } from "../domain/trace-event.ts";
import type { TimelineNote } from "../record/timeline.ts";
import { formatMs, formatNumber } from "./format.ts";

type Words = (note: TimelineNote) => string;

const atTerminal = {
  due: ({ value, word }) => `due: merchant ${value}${word === "genuine" ? "" : `, ${word}`}`,
  taps: ({ value }) => (value === 1 ? "taps" : `taps again, tap ${value}`),
  pauses: ({ value }) => `waits ${formatMs(value)} before asking again`,
  stepDone: ({ value }) => `step ${value} of the journey is done`,
  toldApproved: () => "is told: approved",
  toldDeclined: ({ word }) => `is told: declined, ${code(word)}`,
  givesUp: ({ word }) => `gives up: ${word === "timedOut" ? "timed out" : word}`,
  cutOff: () => "the run ends here",
  polls: ({ value }) => `asks whether the money is there, try ${value}`,
  reversals: () => "takes the payment back: writes the reversal down and sends it",
  reversalsRepeated: ({ value }) => `sends the reversal again, try ${value}`,
  reversalPauses: ({ value }) => `the reversal is not dealt with: waits ${formatMs(value)}`,
  reversalAcknowledged: ({ word }) => `the reversal is acknowledged: ${code(word)}`,
  reversalsListed: () => "the last try of the reversal: listed for people to settle",
  reversalsDeleted: () => "the last try of the reversal: forgotten",
} as const satisfies Partial<Record<TraceEvent, Words>>;

// Whoever answers has said what its code means.
const atCaller = {
  asks: ({ peer }) => `asks ${peer}`,
  askedTooLate: () => "asks nobody: its deadline has passed",
  askLost: ({ peer }) => `the request to ${peer} is lost on the way`,
  answerLost: ({ peer, word }) => `the answer of ${peer} is lost on the way: ${word}`,
  answered: ({ peer, value, word }) => `hears from ${peer} after ${formatMs(value)}: ${word}`,
  answeredLate: ({ peer, value, word }) =>
    word === ""
      ? `hears too late that ${peer} broke off`
      : `hears from ${peer} after ${formatMs(value)}, too late: ${word}`,
  timedOut: ({ peer, value }) => `hears nothing from ${peer} for ${formatMs(value)}: times out`,
  refused: ({ peer }) => `${peer} refuses the connection`,
  broken: ({ peer }) => `the connection to ${peer} breaks`,
  abandoned: ({ peer }) => `no longer waits for ${peer}`,
} as const satisfies Partial<Record<TraceEvent, Words>>;

const atPolicies = {
  retries: ({ value }) => `tries again after a back-off of ${formatMs(value)}`,
  budgetSpent: () => "does not try again: the retry budget is spent",
  hedges: () => "hedges: asks once more while it waits",
  hedgesWon: () => "the hedge brought the answer first",
  failovers: () => "goes to another service than the first",
  throttled: () => "not sent: held back by the throttle",
  breakerRejected: () => "not sent: the circuit breaker is open",
  waitsForPlace: () => "waits for a place in the bulkhead",
  bulkheadRejected: () => "not sent: no place in the bulkhead",
  tooLate: () => "not sent: its deadline has passed",
  limitOver: ({ value }) => `has waited ${formatMs(value)} in all: times out`,
} as const satisfies Partial<Record<TraceEvent, Words>>;

const droppedBecause: Readonly<Record<string, string>> = {
  full: "the queue is full",
  shed: "shed, for it would wait too long",
  codel: "by CoDel, for the queue stands",
};

const atReplica = {
  arrived: ({ word }) => `arrives: ${word}`,
  turnedAway: ({ word }) => `turned away by a fault: ${code(word)}`,
  rateLimited: () => "turned away by the rate limit",
  overLimit: () => "turned away by the adaptive limit",
  delayed: ({ value }) => `held up by a fault for ${formatMs(value)}`,
  stands: () => "stands at the door: the replica hangs",
  queued: ({ value }) => (value === 0 ? "queued, next in line" : `queued behind ${count(value)}`),
  started: ({ value }) => (value === 0 ? "taken up at once" : `taken up after ${formatMs(value)}`),
  served: ({ value }) => `served in ${formatMs(value)}`,
  dropped: ({ value, word }) => `dropped, ${count(value)} waiting: ${droppedBecause[word] ?? word}`,
  expired: ({ value }) => `dropped after ${formatMs(value)}: its deadline has passed`,
  struck: ({ word }) => `failed by a fault: ${code(word)}`,
  kept: () => "was asked before: gives the same answer again",
  declined: ({ word }) => `declines: ${code(word)}`,
  answers: ({ word }) => `answers: ${code(word)}`,
  heldBack: ({ word }) => `hangs before it can answer: ${code(word)}`,
  killed: () => "killed, and this with it",
  booked: ({ word }) => `writes down: ${word}`,
} as const satisfies Partial<Record<TraceEvent, Words>>;

const atEndOfStage = {
  posted: () => "posts the credit",
  stood: () => "posts nothing: the credit stands already",
  otherAmount: () => "posts nothing: a credit of another amount stands already",
  barredBefore: () => "refuses to post: it was taken back before",
  reversed: () => "takes the credit back",
  reversedBefore: () => "takes nothing back: that was done before",
  barred: () => "has nothing to take back, and will refuse it if it comes",
  checkFailed: ({ word }) => `check failed: ${word}`,
  found: () => "the credit stands",
  notFound: () => "there is no such credit",
  heard: () => "the merchant hears of the credit",
} as const satisfies Partial<Record<TraceEvent, Words>>;

const laterOn = {
  stored: () => "acknowledges it and stores it, to be delivered later",
  storeFull: ({ value }) => `cannot store it: ${count(value)} are stored already`,
  deliveryFailed: ({ value }) => `not delivered: all deliveries pause for ${formatMs(value)}`,
  delivered: () => "what was stored is delivered",
  refusedLater: () => "what was stored is declined in the end",
  leftForPeople: ({ value }) => `not delivered in ${count(value)} tries: left for people`,
  notices: () => "writes down that the merchant is to be told",
  noticesRepeated: ({ value }) => `tells the merchant again, try ${value}`,
  noticeWaits: ({ value }) => `will tell the merchant in ${formatMs(value)}`,
  noticeTaken: () => "the notice is acknowledged",
  uploads: () => "uploads it: the totals of its batch differ",
  uploadsRepeated: ({ value }) => `uploads it again, try ${value}`,
  creditsFound: () => "finds that the credit stands",
  noticesListed: () => "no try brought the notice: listed for people",
} as const satisfies Partial<Record<TraceEvent, Words>>;

const words: Readonly<Record<TraceEvent, Words>> = {
  ...atTerminal,
  ...atCaller,
  ...atPolicies,
  ...atReplica,
  ...atEndOfStage,
  ...laterOn,
};

/** What happened, in words. */
export function describeNote(note: TimelineNote): string {
  return words[note.event](note);
}

/** `51, insufficient funds`. */
function code(word: string): string {
  const known = responseCodeOf(word);
  return known === undefined ? word : `${known}, ${responseCodes[known]}`;
}

function count(value: number): string {
  return formatNumber(value);
}
