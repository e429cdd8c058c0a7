import { expect, it } from "vitest";
import type { Call } from "../../src/chain/call.ts";
import { answerBytes, askBytes } from "../../src/fault/link-faults.ts";
import { renderRequest } from "../../src/live/protocol.ts";
import { converse } from "../mock-bank/raw-request.ts";
import { listenBank } from "../mock-bank/standalone-bank.ts";

// A line of small bandwidth takes messages of these sizes in the virtual world, and real ones live.
it.each([
  { why: "that waits for ever", deadlineMs: Number.POSITIVE_INFINITY },
  { why: "with a deadline", deadlineMs: 3_000 },
])(
  "the virtual world knows the size of a request $why, and of its answer, within 15 %",
  async ({ deadlineMs }) => {
    const { port } = await listenBank();
    const key = { streamKey: -1_234_567_890, index: 48_211, attempt: 0 };
    const call = { ...key, merchant: 4_711, amountMinor: 2_133, deadlineMs } as Call;
    const request = renderRequest(`127.0.0.1:${port}`, "/activate", call, 0);
    const answer = await converse(port, Buffer.from(request));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(Math.abs(request.length / askBytes - 1)).toBeLessThan(0.15);
    expect(Math.abs(answer.length / answerBytes - 1)).toBeLessThan(0.15);
  },
);
