import { expect, it } from "vitest";
import { openJournals } from "../../mock-bank/ledger/open-journals.ts";
import { Collector } from "../../src/live/collector.ts";
import { RunRecord } from "../../src/record/run-record.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { scratchFile } from "../support/scratch-file.ts";

const text = `
name: collected
duration: 1m
traffic: { pays: { calls: bank.pay, arrivals: { even: { rate: 1/s } } } }
services:
  bank:
    stages: { post: { workers: 1, posts: true } }
    operations: { pay: [post] }
`;

/** What the auditor says of a ledger in which `postings` stand, in a run without any activation. */
function audited(postings: readonly number[], isQuiet: boolean) {
  const file = scratchFile();
  const journals = openJournals(file, 1);
  postings.forEach((amountMinor, index) => {
    journals.ledger.post(7, index, 1, amountMinor, 5, true);
  });
  journals.close();
  const record = new RunRecord({ durationMs: 60_000, promiseMs: 1_000, isLive: true });
  record.beginRun();
  const { scenario } = parseScenario(text, "collected.yaml").baseline;
  const usualTimes = () => new Map();
  const parts = { record, scenario, fileOf: () => file, usualTimes, onActivation: undefined };
  const collector = new Collector(parts);
  collector.settle([], isQuiet);
  collector.close();
  return record.money.toMoney();
}

it("finds a credit in the ledger that no activation asked for", () => {
  const { violations, examples } = audited([8_600, 400], true);
  expect(violations.unbalanced).toBe(1);
  expect(examples[0]?.what).toBe("2 credits of 9000 stand, and the activations have 0 of 0");
});

it("finds nothing where nothing stands, or where something is still under way", () => {
  expect(audited([], true).violations.unbalanced).toBe(0);
  expect(audited([8_600], false).violations.unbalanced).toBe(0);
});
