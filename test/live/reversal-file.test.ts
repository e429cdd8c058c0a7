import { appendFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { ReversalLine } from "../../src/chain/reversal-journal.ts";
import { forgetReversals, openReversals, ReversalFile } from "../../src/live/reversal-file.ts";
import { scratchFile } from "../support/scratch-file.ts";

const line = (number: number, state: ReversalLine["state"], tries = 0): ReversalLine => {
  return {
    stream: "payments",
    number,
    merchant: 40,
    amountMinor: 8_600,
    atMs: 10.25,
    state,
    tries,
  };
};

/** In a folder that is not there yet. */
const newFile = () => path.join(scratchFile(), "run", "reversals.ndjson");

describe("the file of reversals", () => {
  it("has a line for each change of state at once, one JSON object each", () => {
    const file = newFile();
    const reversals = new ReversalFile(file, "baseline");
    reversals.write(line(1, "pending"));
    expect(readFileSync(file, "utf8")).toBe(
      '{"variant":"baseline","stream":"payments","number":1,"merchant":40,"amountMinor":8600,' +
        '"atMs":10.25,"state":"pending","tries":0}\n',
    );
    reversals.write(line(1, "acknowledged", 2));
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(3);
  });

  it("is not there where nothing was taken back, and forgets an earlier run", () => {
    const file = newFile();
    const reversals = new ReversalFile(file, "baseline");
    expect(openReversals(file)).toEqual([]);
    reversals.write(line(1, "listed"));
    expect(openReversals(file)).toHaveLength(1);
    forgetReversals(file);
    expect(openReversals(file)).toEqual([]);
  });

  it("says which are left for people: listed, or pending when their process ended", () => {
    const file = newFile();
    const [one, other] = [new ReversalFile(file, "baseline"), new ReversalFile(file, "six-tries")];
    for (const number of [1, 2, 3, 4]) one.write(line(number, "pending"));
    one.write(line(1, "acknowledged", 1));
    one.write(line(2, "listed", 3));
    one.write(line(3, "deleted", 3));
    other.write(line(1, "pending"));
    const open = openReversals(file).map((it) => `${it.variant} #${it.number} ${it.state}`);
    expect(open).toEqual(["baseline #2 listed", "baseline #4 pending", "six-tries #1 pending"]);
  });

  it("is read up to a line that its process did not finish", () => {
    const file = newFile();
    new ReversalFile(file, "baseline").write(line(1, "pending"));
    appendFileSync(file, '{"variant":"baseline","str');
    expect(openReversals(file).map(({ number }) => number)).toEqual([1]);
  });
});
