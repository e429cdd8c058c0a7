import { describe, expect, it } from "vitest";
import type { Call } from "../../src/chain/call.ts";
import { healthOperation } from "../../src/chain/caller.ts";
import { answerBytes, askBytes } from "../../src/chain/message-size.ts";
import { noCode, wrongCode } from "../../src/domain/credentials.ts";
import { credentialKeys } from "../../src/live/credentials-wire.ts";
import { healthPath, parseAnswer, renderRequest } from "../../src/live/protocol.ts";
import { bankScenario } from "../mock-bank/bank-under-test.ts";
import { answerMs, converse } from "../mock-bank/raw-request.ts";
import { listenBank } from "../mock-bank/standalone-bank.ts";

// A line of small bandwidth takes messages of these sizes in the virtual world, and real ones live.
const usual = {
  operation: 0,
  streamKey: -1_234_567_890,
  index: 48_211,
  attempt: 0,
  merchant: 4_711,
  amountMinor: 2_133,
  deadlineMs: Number.POSITIVE_INFINITY,
  shown: null,
  messageType: null,
};
const keys = credentialKeys("sizes");
const link = { isSigned: true, expiresMs: 600_000, nonceStream: -7, nonceIndex: 48_211 };
const shown = { link, hasCaptcha: true, codeStep: 58_907_520, terminalMs: 1_234.5 };

describe("the virtual world knows the size of a request", () => {
  it.each([
    { why: "that is like most", ...usual },
    { why: "of another operation", ...usual, operation: 1 },
    { why: "for health", ...usual, operation: healthOperation },
    {
      why: "with the shortest numbers",
      ...usual,
      streamKey: 1,
      index: 0,
      merchant: 0,
      amountMinor: 9,
    },
    { why: "with a body of three digits' length", ...usual, amountMinor: 1e15, merchant: 10_000 },
    { why: "of a later attempt", ...usual, attempt: 4_294_967_295 },
    { why: "with a deadline", ...usual, deadlineMs: 3_000 },
    { why: "with a deadline that rounds up", ...usual, deadlineMs: 99.99951 },
    { why: "with a deadline that has passed", ...usual, deadlineMs: -5 },
    { why: "that shows a link and a code", ...usual, shown },
    {
      why: "that shows a forged link",
      ...usual,
      shown: { ...shown, link: { ...link, isSigned: false } },
    },
    { why: "that shows no link", ...usual, shown: { ...shown, link: null } },
    {
      why: "without captcha or code",
      ...usual,
      shown: { ...shown, hasCaptcha: false, codeStep: noCode },
    },
    { why: "with a guessed code", ...usual, shown: { ...shown, codeStep: wrongCode } },
    { why: "that is a reversal", ...usual, messageType: "0420" as const },
    { why: "that is the totals of a batch", ...usual, index: 3, messageType: "0500" as const },
    { why: "from a clock that is behind", ...usual, shown: { ...shown, terminalMs: -60_000 } },
  ])("$why", (it) => {
    const call = { ...it, payment: it } as unknown as Call;
    const path = ["/activate", "/status"][it.operation] ?? healthPath;
    const request = renderRequest("127.0.0.1:43211", path, call, 0, keys);
    expect(askBytes(["activate", "status"], call, 0)).toBe(request.length);
  });
});

describe("the virtual world knows the size of an answer", () => {
  it.each([
    { why: "that approves", more: "", code: "00" },
    { why: "that declines", more: '    rejects: { "51": 100% }', code: "51" },
    {
      why: "under maintenance",
      more: "faults: [{ at: 0s, on: bank, down: maintenance }]",
      code: "91",
    },
    {
      why: "that fails",
      more: "faults: [{ at: 0s, on: bank, errors: { rate: 100% } }]",
      code: "96",
    },
    { why: "that stops who shows nothing", more: "", checks: true, code: "63" },
    { why: "that is too late", more: "", deadlineMs: 0, code: "68" },
    { why: "that names a batch", more: "    settlement: { every: 1h }", code: "00", batch: 0 },
    { why: "that names a late batch", more: "    settlement: { every: 1ms }", code: "00" },
  ])("$why", async ({ more, code, checks, batch, deadlineMs = Number.POSITIVE_INFINITY }) => {
    const { port } = await listenBank(
      checks === true
        ? bankScenario().replace("identity: {", "identity: { checks: [signature], ")
        : bankScenario(more),
    );
    const call = { ...usual, payment: usual, deadlineMs } as unknown as Call;
    const request = renderRequest(`127.0.0.1:${port}`, "/activate", call, 0, keys);
    const answer = await converse(port, Buffer.from(request), answerMs);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    const timing = /server-timing: (.*)\r\n/.exec(head)?.[1];
    const said = parseAnswer(body, timing);
    expect(said?.code).toBe(code);
    if (said === undefined) return;
    if (batch !== undefined) expect(said.batch).toBe(batch);
    expect(answerBytes(said)).toBe(answer.length);
  });
});
