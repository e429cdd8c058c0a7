/** What can be noted of one activation, place by place; the report has the words for it. */
export const traceEvents = [
  // At its terminal.
  ...(["due", "taps", "pauses", "stepDone", "toldApproved", "toldDeclined", "givesUp"] as const),
  ...(["cutOff", "polls", "reversals", "reversalsRepeated", "reversalPauses"] as const),
  ...(["reversalAcknowledged", "reversalsListed", "reversalsDeleted"] as const),
  // At whoever calls.
  ...(["asks", "askedTooLate", "askLost", "answerLost", "answered", "answeredLate"] as const),
  ...(["timedOut", "refused", "broken", "abandoned"] as const),
  // At the policies of whoever calls.
  ...(["retries", "budgetSpent", "hedges", "hedgesWon", "failovers", "throttled"] as const),
  ...(["breakerRejected", "waitsForPlace", "bulkheadRejected", "tooLate", "limitOver"] as const),
  // At a replica and its stages.
  ...(["arrived", "turnedAway", "rateLimited", "overLimit", "delayed", "stands"] as const),
  ...(["queued", "started", "served", "dropped", "expired", "struck"] as const),
  ...(["kept", "declined", "answers", "heldBack", "killed", "booked"] as const),
  // What the end of a stage does.
  ...(["posted", "stood", "otherAmount", "barredBefore", "reversed", "reversedBefore"] as const),
  ...(["barred", "checkFailed", "found", "notFound", "heard"] as const),
  // What is stored and sent on later.
  ...(["stored", "storeFull", "deliveryFailed", "delivered", "refusedLater"] as const),
  ...(["leftForPeople", "notices", "noticesRepeated", "noticeWaits", "noticeTaken"] as const),
  ...(["noticesListed", "uploads", "uploadsRepeated", "creditsFound"] as const),
] as const;
export type TraceEvent = (typeof traceEvents)[number];
