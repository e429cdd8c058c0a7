/**
 * ISO 8583 field 39: how an answer ends. The subset that the chain speaks.
 *
 * Approved: the money moves. Declined: final, the bank said no. Retriable: surely not done, or
 * nobody knows; ask again under the same idempotency key.
 */
export const responseCodes = {
  "00": "approved",
  "05": "do not honour",
  "14": "no such card",
  "51": "insufficient funds",
  "54": "card expired",
  "55": "wrong PIN",
  "57": "not permitted to the cardholder",
  "59": "suspected fraud",
  "61": "over the amount limit",
  "63": "security violation",
  "68": "answered too late",
  "91": "issuer inoperative",
  "94": "duplicate",
  "96": "system malfunction",
} as const;

export type ResponseCode = keyof typeof responseCodes;

/** What an answer means for the activation. */
export type Verdict = "approved" | "declined" | "retriable";

const retriable: ReadonlySet<ResponseCode> = new Set(["68", "91", "96"]);
const approved: ReadonlySet<ResponseCode> = new Set(["00", "94"]);

/** `94` counts as approved: the credit of that key stands already. */
export function verdictOf(code: ResponseCode): Verdict {
  if (approved.has(code)) return "approved";
  return retriable.has(code) ? "retriable" : "declined";
}

export function isResponseCode(text: string): text is ResponseCode {
  return Object.hasOwn(responseCodes, text);
}

export const declineCodes = Object.keys(responseCodes)
  .filter(isResponseCode)
  .filter((code) => verdictOf(code) === "declined");

export const retriableCodes: readonly ResponseCode[] = [...retriable];
