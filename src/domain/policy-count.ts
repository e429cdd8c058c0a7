/** What the remedies at one place (a call site, a service's door) are counted by, and its meaning. */
export const policyCounts = {
  attempts: "requests sent, retries and hedges included",
  retries: "attempts after a failed one",
  budgetSpent: "retries that the budget did not allow",
  hedges: "extra requests while an answer was awaited",
  hedgesWon: "answers that an extra request brought first",
  failovers: "requests that went to another service than the first",
  breakerRejected: "calls that an open circuit breaker did not let out",
  bulkheadRejected: "calls that found no place in the bulkhead",
  throttled: "calls that the caller's own throttle held back",
  tooLate: "calls not made, for their deadline had passed",
  stored: "requests acknowledged and stored, to be delivered later",
  delivered: "stored requests that the other side accepted",
  refusedLater: "stored requests that the other side declined in the end",
  notices: "credits that merchants were to be told of by a notice",
  noticesRepeated: "further tries of notices that were not acknowledged",
  noticesListed: "notices that no try of their schedule brought",
  reversals: "payments taken back by terminals that did not know whether they stood",
  reversalsRepeated: "further tries of reversals that were not acknowledged",
  reversalsListed: "reversals left for people to settle after their last try",
  reversalsDeleted: "reversals forgotten after their last try",
  polls: "questions of merchants whether the money is there",
  totals: "batches whose totals were sent to the bank after their cut-off",
  totalsRepeated: "further tries of totals that were not answered",
  totalsDiffered: "batches of which the bank had another total, and which were uploaded",
  uploads: "payments that were uploaded one by one",
  uploadsRepeated: "further tries of uploaded payments that were not answered",
  creditsFound: "credits that an upload found, and that the operator did not know of",
  kept: "repeats that were given the answer of the first",
  leftForPeople: "stored requests given up after their last delivery",
  rateLimited: "requests turned away by the rate limit",
  overLimit: "requests turned away by the adaptive limit",
  breakerOpened: "times that a circuit breaker opened",
  ejections: "times that a replica was ejected as an outlier",
  healthChanges: "times that a health check changed its mind about a replica",
} as const;

export type PolicyCount = keyof typeof policyCounts;

export function isPolicyCount(text: string): text is PolicyCount {
  return Object.hasOwn(policyCounts, text);
}

export const policyCountNames: readonly PolicyCount[] =
  Object.keys(policyCounts).filter(isPolicyCount);
