import { describe, expect, it } from "vitest";
import { describeFault, Fault, faultEndMs, parseFaultTarget } from "../../src/fault/fault.ts";

describe("parseFaultTarget", () => {
  it.each([
    { on: "bank", service: "bank", stage: undefined, replica: undefined },
    { on: "bank.risk", service: "bank", stage: "risk", replica: undefined },
    { on: "bank#2", service: "bank", stage: undefined, replica: 2 },
    { on: "bank#12.risk", service: "bank", stage: "risk", replica: 12 },
    {
      on: "card-bank_2.link-check",
      service: "card-bank_2",
      stage: "link-check",
      replica: undefined,
    },
  ])("takes $on apart", ({ on, ...target }) => {
    expect(parseFaultTarget(on)).toEqual(target);
  });

  it.each([
    { why: "nothing", on: "" },
    { why: "no service", on: ".risk" },
    { why: "no stage after the dot", on: "bank." },
    { why: "no replica after the #", on: "bank#" },
    { why: "replica 0, for they count from 1", on: "bank#0" },
    { why: "a replica with a leading 0", on: "bank#01" },
    { why: "a replica that is no number", on: "bank#a" },
    { why: "a replica of a stage", on: "bank.risk#2" },
    { why: "two stages", on: "bank.risk.post" },
    { why: "a digit in front", on: "2bank" },
    { why: "a space", on: "bank .risk" },
    { why: "a line end", on: "bank\n" },
  ])("refuses $why", ({ on }) => {
    expect(parseFaultTarget(on)).toBeUndefined();
  });
});

describe("Fault", () => {
  const fault = { at: "8m", on: "bank.risk", slow: "3x" };

  it("fills in the code of errors", () => {
    const { errors } = Fault.parse({ at: "0s", on: "bank", errors: { rate: "0.2%" } });
    expect(errors).toEqual({ rate: 0.002, code: "96" });
  });

  it("takes a decline as an error code", () => {
    const { errors } = Fault.parse({ at: "0s", on: "bank", errors: { rate: "1%", code: "05" } });
    expect(errors?.code).toBe("05");
  });

  it("takes every effect at once", () => {
    const all = { ...fault, for: "90s", delay: "20ms", errors: { rate: "1%" }, down: "hang" };
    expect(Fault.parse(all)).toEqual({
      at: 480_000,
      for: 90_000,
      on: "bank.risk",
      slow: 3,
      delay: 20,
      errors: { rate: 0.01, code: "96" },
      down: "hang",
    });
  });

  const code = 'expected a response code that does not approve, in quotes, such as "91" or "96"';
  it.each([
    {
      why: "no effect",
      change: { slow: undefined },
      told: "expected an effect: slow, delay, errors or down",
    },
    {
      why: "no instant",
      change: { at: undefined },
      told: "expected a duration such as 250ms, 2s or 10m",
    },
    { why: "no length", change: { for: "0s" }, told: "expected a duration above 0, such as 2s" },
    {
      why: "no target",
      change: { on: undefined },
      told: "expected a target such as bank, bank.risk or bank#2",
    },
    { why: "a bare factor", change: { slow: 3 }, told: "expected a factor such as 3x or 0.5x" },
    {
      why: "an unknown way to be down",
      change: { down: "away" },
      told: "expected refuse, hang or maintenance",
    },
    { why: "an approving code", change: { errors: { rate: "1%", code: "00" } }, told: code },
    {
      why: "a code that approves in effect",
      change: { errors: { rate: "1%", code: "94" } },
      told: code,
    },
    { why: "an unknown code", change: { errors: { rate: "1%", code: "42" } }, told: code },
    {
      why: "a code without quotes",
      change: { errors: { rate: "1%", code: 96 } },
      told: 'expected a response code in quotes, such as "96"',
    },
    {
      why: "a share beyond the whole",
      change: { errors: { rate: "101%" } },
      told: "expected a share such as 0.2% (0% to 100%)",
    },
    { why: "a misspelt key", change: { slows: "3x" }, told: 'Unrecognized key: "slows"' },
  ])("refuses $why", ({ change, told }) => {
    const { error } = Fault.safeParse({ ...fault, ...change });
    expect(error?.issues.map(({ message }) => message)).toEqual([told]);
  });
});

describe("faultEndMs", () => {
  it.each([
    { why: "its length after its begin", written: { at: "8m", for: "2m" }, endMs: 600_000 },
    { why: "never, without a length", written: { at: "8m" }, endMs: Number.POSITIVE_INFINITY },
  ])("is $why", ({ written, endMs }) => {
    expect(faultEndMs(Fault.parse({ on: "bank", slow: "3x", ...written }))).toBe(endMs);
  });
});

describe("describeFault", () => {
  it.each([
    { effects: { slow: "3x" }, text: "bank.risk slow 3x" },
    { effects: { slow: "0.5x" }, text: "bank.risk slow 0.5x" },
    { effects: { delay: "20ms" }, text: "bank.risk delayed" },
    { effects: { errors: { rate: "0.2%" } }, text: "bank.risk 0.2 % errors 96" },
    { effects: { errors: { rate: "29%", code: "91" } }, text: "bank.risk 29 % errors 91" },
    { effects: { down: "hang" }, text: "bank.risk hangs" },
    { effects: { down: "refuse" }, text: "bank.risk down: refuse" },
    { effects: { down: "maintenance" }, text: "bank.risk down: maintenance" },
    {
      effects: { slow: "2x", delay: "1s", errors: { rate: "100%" }, down: "hang" },
      text: "bank.risk slow 2x, delayed, 100 % errors 96, hangs",
    },
  ])("reads: $text", ({ effects, text }) => {
    expect(describeFault(Fault.parse({ at: "0s", on: "bank.risk", ...effects }))).toBe(text);
  });
});
