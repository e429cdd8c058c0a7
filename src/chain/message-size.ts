import { type Credentials, noCode } from "../domain/credentials.ts";
import { responseCodes, verdictOf } from "../domain/response-code.ts";
import type { Answer } from "./answer.ts";
import type { Call } from "./call.ts";

/**
 * How long the messages of the chain are on the wire, to the byte: a line of small bandwidth that
 * is nearly full makes a minute of a few bytes. `live/protocol.ts` and the mock bank write them, a
 * test holds these lengths against theirs.
 */

/** Of a request over 127.0.0.1 and a port of five digits, without what is counted below. [bytes] */
const askFixedBytes = 227;
/** What stands in the place of an operation when a caller checks health. */
const healthName = "tillstorm/health";
const deadlineFixedBytes = "x-tillstorm-deadline: \r\n".length;
const messageTypeBytes = "x-tillstorm-message: 0420\r\n".length;
const askBody = '{"merchant":,"amountMinor":}'.length;

/** A request that leaves now. @param operations - Of the service that is asked, in order. [bytes] */
export function askBytes(operations: readonly string[], call: Call, nowMs: number): number {
  const path = (operations[call.operation] ?? healthName).length;
  const { payment, attempt, deadlineMs, shown, messageType } = call;
  const { streamKey, index, merchant, amountMinor } = payment;
  const sender = shown === null ? 0 : shownBytes(shown);
  const body = askBody + digits(merchant) + digits(amountMinor) + sender;
  const sign = streamKey < 0 ? 1 : 0;
  const key = sign + digits(Math.abs(streamKey)) + digits(index) + digits(attempt);
  const hasDeadline = deadlineMs !== Number.POSITIVE_INFINITY;
  const deadline = hasDeadline ? deadlineFixedBytes + msDigits(Math.max(0, deadlineMs - nowMs)) : 0;
  const type = messageType === null ? 0 : messageTypeBytes;
  return askFixedBytes + path + key + deadline + type + digits(body) + body;
}

const linkMember = ',"link":""'.length + 53;
const codeMember = ',"code":"123456"'.length;
const restMembers = ',"captcha":,"terminalMs":'.length;

/** What a request shows of its sender. [bytes] */
function shownBytes({ link, hasCaptcha, codeStep, terminalMs }: Credentials): number {
  const whole = Math.round(terminalMs);
  const sign = whole < 0 ? 1 : 0;
  const rest = restMembers + (hasCaptcha ? 4 : 5) + sign + digits(Math.abs(whole));
  return rest + (link === null ? 0 : linkMember) + (codeStep === noCode ? 0 : codeMember);
}

/** Of a decision, without what is counted below. [bytes] */
const decisionFixedBytes = 225;
const decisionBody = '{"code":"00","message":""}'.length;
/** What problem details have more in their head than a decision, the reason of the status aside. */
const problemMoreBytes = "problem+".length - "OK".length;
const problemBody = '{"type":"urn:tillstorm:response-code:00","title":"","status":500,"code":"00"}'
  .length;
const causeMember = ',"cause":""'.length;
const batchMember = ',"batch":'.length;
const reasons = { "68": "Gateway Timeout", "91": "Service Unavailable" } as const;

/** An answer, with what it says of its time. [bytes] */
export function answerBytes(answer: Answer): number {
  const { code, cause, ownMs, downstreamMs, betweenMs, batch } = answer;
  const words = responseCodes[code].length;
  const fixed = decisionFixedBytes + msDigits(ownMs) + msDigits(downstreamMs) + msDigits(betweenMs);
  if (verdictOf(code) !== "retriable") {
    const names = batch < 0 ? 0 : batchMember + digits(batch);
    const body = decisionBody + words + names + (cause === null ? 0 : causeMember + cause.length);
    return fixed + digits(body) + body;
  }
  const reason = code === "68" || code === "91" ? reasons[code] : "Internal Server Error";
  const body = problemBody + words + (cause === null ? 0 : causeMember + cause.length);
  return fixed + problemMoreBytes + reason.length + digits(body) + body;
}

/** Digits of a whole number that is not negative. */
function digits(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count += 1;
  return count;
}

/** Length of a time with three places behind the point. */
function msDigits(ms: number): number {
  return digits(Math.floor(ms + 0.0005)) + ".000".length;
}
