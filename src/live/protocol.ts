import type { Answer } from "../chain/answer.ts";
import type { Call } from "../chain/call.ts";
import { isMessageType, type MessageType, messageTypes } from "../domain/message-type.ts";
import { type Cause, causes } from "../domain/outcome.ts";
import {
  type ResponseCode,
  responseCodeOf,
  responseCodes,
  verdictOf,
} from "../domain/response-code.ts";
import { type CredentialKeys, renderShown } from "./credentials-wire.ts";
import { type DrawKey, drawKeyText } from "./draw-key.ts";

/** How requests and answers of the chain look on the wire: JSON over HTTP/1.1. */

/** Carries the key of all draws: `stream.index.attempt`. */
export const drawKeyHeader = "x-tillstorm-draw";

/**
 * Carries what is left of the caller's time. [ms] A length and not an instant, for the clocks of two
 * machines differ; the way of the request itself is not counted off.
 */
export const deadlineHeader = "x-tillstorm-deadline";

/** Marks what belongs to the rehearsal before a run: once the run has begun nobody may act on it. */
export const rehearsalHeader = "x-tillstorm-rehearsal";

/** Says what a request is that is no plain one, by its ISO 8583 message type, such as 0420. */
export const messageHeader = "x-tillstorm-message";

/** Reads a message header: null without one, `undefined` if it is bad. */
export function parseMessageType(
  text: string | string[] | undefined,
): MessageType | null | undefined {
  if (text === undefined) return null;
  return typeof text === "string" && isMessageType(text) ? text : undefined;
}

/** Every value that a message header may have. */
export const messageTypeNames = Object.keys(messageTypes).toSorted();

const deadlinePattern = /^\d{1,12}(?:\.\d{1,6})?$/;

/** Reads a deadline header: what is left, `Infinity` without one, `undefined` if it is bad. [ms] */
export function parseDeadlineMs(text: string | string[] | undefined): number | undefined {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  return typeof text === "string" && deadlinePattern.test(text) ? Number(text) : undefined;
}

/** The path at which every server says whether it is well, as a request of the chain. */
export const healthPath = "/tillstorm/health";

/** RFC 9457 problem details of an answer that neither approves nor declines. */
export type ProblemBody = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ResponseCode;
  readonly cause?: Cause;
};

/** The HTTP status of a response code: 200 where the bank decided, 5xx where it could not. */
export function statusOf(code: ResponseCode): number {
  if (verdictOf(code) !== "retriable") return 200;
  return code === "68" ? 504 : code === "91" ? 503 : 500;
}

export function problemOf(code: ResponseCode, cause: Cause | null): ProblemBody {
  const problem = {
    type: `urn:tillstorm:response-code:${code}`,
    title: responseCodes[code],
    status: statusOf(code),
    code,
  };
  return cause === null ? problem : { ...problem, cause };
}

/** Where the time of an answer went, as a Server-Timing header (W3C). */
export function renderTiming(ownMs: number, downstreamMs: number, betweenMs: number): string {
  return `own;dur=${ownMs.toFixed(3)}, downstream;dur=${downstreamMs.toFixed(3)}, between;dur=${betweenMs.toFixed(3)}`;
}

const timingPattern = /^own;dur=([\d.]+), downstream;dur=([\d.]+), between;dur=([\d.]+)$/;

/** One whole request, as it goes over the wire at `nowMs`. */
export function renderRequest(
  host: string,
  path: string,
  call: Call,
  nowMs: number,
  keys: CredentialKeys,
  isRehearsal = false,
): string {
  const { payment, attempt, deadlineMs, shown, messageType } = call;
  const { streamKey, index, merchant, amountMinor } = payment;
  const leftMs = Math.max(0, deadlineMs - nowMs);
  const deadline =
    deadlineMs === Number.POSITIVE_INFINITY ? "" : `${deadlineHeader}: ${leftMs.toFixed(3)}\r\n`;
  const rehearsal = isRehearsal ? `${rehearsalHeader}: 1\r\n` : "";
  const type = messageType === null ? "" : `${messageHeader}: ${messageType}\r\n`;
  const key: DrawKey = { streamKey, index, attempt };
  const sender = shown === null ? "" : renderShown(keys, shown, merchant);
  const body = `{"merchant":${merchant},"amountMinor":${amountMinor}${sender}}`;
  const activation = `${hex(streamKey, 8)}${hex(Math.floor(index / 2 ** 32), 8)}${hex(index, 8)}`;
  return (
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${body.length}\r\nidempotency-key: ${activation}\r\n` +
    `traceparent: 00-7415${"0".repeat(4)}${activation}-${hex(index + 1, 8)}${hex(attempt + 1, 8)}-01\r\n` +
    `${deadline}${rehearsal}${type}${drawKeyHeader}: ${drawKeyText(key)}\r\n\r\n${body}`
  );
}

function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(digits, "0");
}

/** Reads an answer; `undefined` if it is none of this protocol. */
export function parseAnswer(body: string, serverTiming: string | undefined): Answer | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null || !("code" in json)) return undefined;
  const code = typeof json.code === "string" ? responseCodeOf(json.code) : undefined;
  if (code === undefined) return undefined;
  const cause = "cause" in json ? causes.find((it) => it === json.cause) : undefined;
  const timing = timingPattern.exec(serverTiming ?? "");
  return {
    code,
    cause: cause ?? null,
    ownMs: Number(timing?.[1] ?? 0),
    downstreamMs: Number(timing?.[2] ?? 0),
    betweenMs: Number(timing?.[3] ?? 0),
    batch: "batch" in json && isBatch(json.batch) ? json.batch : -1,
  };
}

function isBatch(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
