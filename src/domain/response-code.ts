/**
 * ISO 8583 field 39: how an answer ends. The subset that the chain speaks.
 *
 * Approved: the money moves. Declined: final, the bank said no. Retriable: surely not done, or
 * nobody knows; ask again under the same idempotency key.
 */
const meanings = [
  ["00", "approved"],
  ["01", "refer to the card issuer"],
  ["03", "no such merchant"],
  ["04", "keep the card"],
  ["05", "do not honour"],
  ["07", "keep the card, special condition"],
  ["09", "in progress"],
  ["12", "invalid transaction"],
  ["13", "invalid amount"],
  ["14", "no such card"],
  ["15", "no such issuer"],
  ["25", "no such original"],
  ["30", "format error"],
  ["41", "card lost"],
  ["43", "card stolen"],
  ["51", "insufficient funds"],
  ["54", "card expired"],
  ["55", "wrong PIN"],
  ["57", "not permitted to the cardholder"],
  ["58", "not permitted to the terminal"],
  ["59", "suspected fraud"],
  ["61", "over the amount limit"],
  ["63", "security violation"],
  ["65", "over the count limit"],
  ["68", "answered too late"],
  ["75", "too many wrong PINs"],
  ["91", "issuer inoperative"],
  ["92", "no route to the issuer"],
  ["94", "duplicate"],
  ["95", "reconcile error"],
  ["96", "system malfunction"],
  ["98", "no answer from the issuer"],
  ["A0", "wrong MAC"],
] as const;

export type ResponseCode = (typeof meanings)[number][0];

/** What each says, by its code. */
export const responseCodes = Object.fromEntries(meanings) as Readonly<Record<ResponseCode, string>>;

const codes = new Map<string, ResponseCode>(meanings.map(([code]) => [code, code]));

/** What an answer means for the activation. */
export type Verdict = "approved" | "declined" | "retriable";

/** `94` counts as approved: the credit of that key stands already. */
export function verdictOf(code: ResponseCode): Verdict {
  switch (code) {
    case "00":
    case "94":
      return "approved";
    case "09":
    case "68":
    case "91":
    case "92":
    case "96":
    case "98":
      return "retriable";
    default:
      return "declined";
  }
}

/**
 * The code that a text from outside names; `undefined`: it names none. It is the very string that the
 * sources have, which V8 compares with them by its address.
 */
export function responseCodeOf(text: string): ResponseCode | undefined {
  return codes.get(text);
}

/** Whether a bank may decline a payment with it: 95 is said of the totals of a batch alone. */
export function declinesPayment(code: ResponseCode): boolean {
  return verdictOf(code) === "declined" && code !== "95";
}

/**
 * Whether an answer to a reversal says that the payment does not stand and will not: it was taken back,
 * or there was no such original (25), which the bank then refuses if it still comes. Any other answer
 * comes from where nobody has dealt with it.
 */
export function confirmsReversal(code: ResponseCode): boolean {
  return code === "25" || verdictOf(code) === "approved";
}

/** All with which a bank may decline a payment. */
export const declineCodes = [...codes.values()].filter(declinesPayment);

export const retriableCodes = [...codes.values()].filter((code) => verdictOf(code) === "retriable");
