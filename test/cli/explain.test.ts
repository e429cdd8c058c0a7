import { describe, expect, it } from "vitest";
import { simulateCommand } from "../../src/cli/simulate.ts";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseResult } from "../../src/record/result.ts";
import { type FakeIo, fakeIo } from "./fake-io.ts";

/** A bank that is too slow for what comes, and posts twice what is asked twice. */
const twice = `
name: twice
duration: 100ms
traffic:
  pays: { calls: bank.pay, arrivals: { even: { rate: 100/s } }, patience: { wait: 50ms, retries: 1 } }
  asks: { calls: bank.ask, arrivals: { even: { rate: 20/s } } }
services:
  bank:
    stages:
      think: { workers: 1, time: 500us }
      post: { workers: 1, time: 20ms, posts: true }
    operations: { pay: [post], ask: [think] }
    idempotency: { keeps: nothing }
variants:
  quick: { services.bank.stages.post.time: 1ms }
`;

type Words = { readonly explain: string } & Readonly<Record<string, unknown>>;

async function simulated(words: Words): Promise<FakeIo> {
  const io = fakeIo({ "twice.yaml": twice });
  const exitCode = process.exitCode;
  const flags = { scenario: "twice.yaml", seeds: 1, json: false, quiet: true, "exit-zero": true };
  try {
    await simulateCommand(io).handler({
      ...{ ...flags, exitZero: true, out: "out", _: ["simulate"], $0: "tillstorm" },
      ...words,
    });
  } finally {
    process.exitCode = exitCode;
  }
  return io;
}

/** The lines that say of which activation a timeline is. */
function headsOf(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((it) => /^(?:\w+: |\w+#\d+: )/.test(it) && !it.startsWith("report"));
}

/** What is printed after the summary. */
function explanationsOf({ printed }: FakeIo): string {
  const end = printed.findIndex((it) => it.startsWith("report: "));
  return printed.slice(end + 1).join("\n");
}

describe("--explain", () => {
  it("shows the worst activations of each case that ran, after the summary", async () => {
    const heads = headsOf(explanationsOf(await simulated({ explain: "2" })));
    expect(heads.map((it) => it.split(";")[0])).toEqual([
      ...["baseline: its 2 worst activations", "pays#3: credited", "pays#4: credited"],
      ...["quick: its 2 worst activations", "pays#0: credited", "pays#1: credited"],
    ]);
  });

  it("shows one certain activation of one case", async () => {
    const io = await simulated({ explain: "asks#1", variant: ["quick"] });
    const text = explanationsOf(io);
    expect(headsOf(text).map((it) => it.split(";")[0])).toEqual([
      "quick: asks#1",
      "asks#1: credited",
    ]);
    expect(text).toContain("\n  +0.000 s  terminal        taps\n");
    expect(text).toContain("    bank#1        answers: 00, approved\n");
  });

  it("explains the very activation that a violation names, under any seed", async () => {
    const words = { variant: ["baseline"], seed: "other" };
    const { printed } = await simulated({ ...words, explain: "1", json: true });
    const result = parseResult(printed.join("\n"), "stdout");
    const example = result.variants[0]?.money?.examples[0];
    expect(example?.rule).toBe("twice");
    const text = explanationsOf(await simulated({ ...words, explain: example?.activation ?? "" }));
    expect(text.match(/posts the credit/g)).toHaveLength(2);
    expect(text.replace(/\s+/g, " ")).toContain(`in the end: ${example?.what}`);
  });

  it("leaves standard output to the result, with --json", async () => {
    const { printed, noted } = await simulated({ explain: "1", json: true });
    expect(parseResult(printed.join("\n"), "stdout").variants).toHaveLength(2);
    expect(headsOf(noted.join("\n"))).toHaveLength(4);
  });

  it.each([
    {
      why: "nothing",
      explain: "",
      code: "FLAG_INVALID",
      hint: "write --explain 5 or --explain pays#0",
    },
    { why: "none", explain: "0", code: "FLAG_INVALID", hint: "write --explain 5" },
    { why: "too many", explain: "101", code: "FLAG_INVALID", hint: "write --explain 5" },
    { why: "half a one", explain: "1.5", code: "FLAG_INVALID", hint: "write --explain 5" },
    { why: "a word", explain: "worst", code: "FLAG_INVALID", hint: "write --explain 5" },
    { why: "no number", explain: "pays#first", code: "FLAG_INVALID", hint: "write --explain 5" },
    { why: "a number beyond all", explain: "pays#9999999999", code: "FLAG_INVALID", hint: "write" },
    {
      why: "an unknown stream",
      explain: "pay#3",
      code: "STREAM_UNKNOWN",
      hint: "write --explain pays#3",
    },
    {
      why: "an unknown number",
      explain: "asks#7",
      code: "ACTIVATION_UNKNOWN",
      hint: "write --explain asks#1, the nearest that there was",
    },
  ])("refuses $why, and says what to write", async ({ explain, code, hint }) => {
    const error: unknown = await simulated({ explain }).catch((it: unknown) => it);
    if (!(error instanceof UsageError)) throw new Error("expected a UsageError", { cause: error });
    expect(error.code).toBe(code);
    expect(error.problems[0]?.what).toContain(`--explain ${explain}: `);
    expect(error.problems[0]?.hint).toContain(hint);
  });
});
