import { describe, expect, it } from "vitest";
import {
  describeFault,
  Fault,
  faultEndMs,
  faultKind,
  kindOfEffect,
  parseFaultTarget,
} from "../../src/fault/fault.ts";

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

  it("takes every effect on a link at once", () => {
    const on = { at: "0s", on: "operator-bank" };
    const shares = { loss: "5%", reset: "2%", drop: "1%", duplicate: "3%", corrupt: "0.5%" };
    const others = { latency: "20ms", jitter: "5ms", stall: true, partition: "asks", way: "both" };
    const reorder = { share: "5%", by: "50ms" };
    const bandwidth = "64kbit/s";
    expect(Fault.parse({ ...on, ...shares, ...others, reorder, bandwidth })).toEqual({
      ...{ at: 0, on: "operator-bank", stall: true, partition: "asks", way: "both" },
      ...{ loss: 0.05, reset: 0.02, drop: 0.01, duplicate: 0.03, corrupt: 0.005 },
      ...{ latency: 20, jitter: 5, reorder: { share: 0.05, by: 50 }, bandwidth: 64_000 },
    });
  });

  it("takes a surge, and every timing, without making any up", () => {
    const timing = { every: "60s", ramp: "5s", random: { mtbf: "2m", mttr: "10s" } };
    expect(Fault.parse({ at: "0s", on: "traffic", surge: "3x", ...timing })).toEqual({
      ...{ at: 0, on: "traffic", surge: 3, every: 60_000, ramp: 5_000 },
      random: { mtbf: 120_000, mttr: 10_000 },
    });
    expect(Object.keys(Fault.parse({ at: "0s", on: "bank", slow: "2x" }))).toEqual([
      ...["at", "on", "slow"],
    ]);
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
      told: "expected an effect, such as slow, down, latency, loss or surge",
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
      told: "expected refuse, hang, maintenance, crash or freeze",
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
    {
      why: "a surge that is none",
      change: { surge: "1x" },
      told: "expected a factor above 1x: a lull is written as a curve of the arrivals",
    },
    { why: "a stall that is none", change: { stall: false }, told: "expected true" },
    {
      why: "an unknown way",
      change: { way: "requests" },
      told: "expected both, asks or answers",
    },
    { why: "a misspelt key", change: { slows: "3x" }, told: 'Unrecognized key: "slows"' },
  ])("refuses $why", ({ change, told }) => {
    const { error } = Fault.safeParse({ ...fault, ...change });
    expect(error?.issues.map(({ message }) => message)).toEqual([told]);
  });
});

describe("faultKind", () => {
  it.each([
    { why: "a service slows", on: "bank", effect: { slow: "2x" }, kind: "service" },
    { why: "a service is down", on: "operator-bank", effect: { down: "crash" }, kind: "service" },
    { why: "a link loses", on: "operator-bank", effect: { loss: "5%" }, kind: "link" },
    { why: "a link stalls", on: "operator-bank", effect: { stall: true }, kind: "link" },
    { why: "traffic surges", on: "traffic", effect: { surge: "2x" }, kind: "traffic" },
    { why: "a service is called traffic", on: "traffic", effect: { slow: "2x" }, kind: "service" },
  ])("of the effects, whatever the name: $why", ({ on, effect, kind }) => {
    expect(faultKind(Fault.parse({ at: "0s", on, ...effect }))).toBe(kind);
  });

  it("leaves no key without a kind, but for place and time", () => {
    const others = Object.keys(Fault.shape).filter((key) => kindOfEffect(key) === undefined);
    expect(others).toEqual(["at", "for", "on", "way", "every", "ramp", "random"]);
  });
});

describe("faultEndMs", () => {
  it.each([
    { why: "its length after its begin", written: { at: "8m", for: "2m" }, endMs: 600_000 },
    { why: "never, without a length", written: { at: "8m" }, endMs: Number.POSITIVE_INFINITY },
    {
      why: "never, where it begins again and again",
      written: { at: "8m", for: "10s", every: "1m" },
      endMs: Number.POSITIVE_INFINITY,
    },
    {
      why: "the end of the time in which it may strike",
      written: { at: "8m", for: "2m", random: { mtbf: "10s", mttr: "1s" } },
      endMs: 600_000,
    },
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
    { effects: { down: "crash" }, text: "bank.risk crashes" },
    { effects: { down: "freeze" }, text: "bank.risk freezes" },
    { effects: { slow: "3x", ramp: "5s" }, text: "bank.risk slow 3x, growing over 5s" },
    {
      effects: { down: "crash", for: "10s", every: "1m30s" },
      text: "bank.risk crashes, for 10s every 1m30s",
    },
    {
      effects: { slow: "2x", random: { mtbf: "2m", mttr: "10s" } },
      text: "bank.risk slow 2x, at random, for 10s after 2m on average",
    },
    {
      effects: { slow: "2x", delay: "1s", errors: { rate: "100%" }, down: "hang" },
      text: "bank.risk slow 2x, delayed, 100 % errors 96, hangs",
    },
  ])("reads: $text", ({ effects, text }) => {
    expect(describeFault(Fault.parse({ at: "0s", on: "bank.risk", ...effects }))).toBe(text);
  });

  it.each([
    { effects: { loss: "5%" }, text: "operator-bank 5 % lost" },
    { effects: { latency: "20ms" }, text: "operator-bank latency +20ms" },
    {
      effects: { latency: { exponential: { mean: "20ms" } } },
      text: "operator-bank latency added",
    },
    { effects: { jitter: "20ms" }, text: "operator-bank jitter up to 20ms" },
    { effects: { stall: true }, text: "operator-bank stalls" },
    { effects: { partition: "both" }, text: "operator-bank cut" },
    { effects: { partition: "answers" }, text: "operator-bank cut for answers" },
    { effects: { bandwidth: "64kbit/s" }, text: "operator-bank at 64kbit/s" },
    { effects: { bandwidth: "1500bit/s" }, text: "operator-bank at 1.5kbit/s" },
    { effects: { reset: "2%", way: "asks" }, text: "operator-bank 2 % reset, asks alone" },
    { effects: { drop: "1%", way: "both" }, text: "operator-bank 1 % dropped" },
    { effects: { duplicate: "1%" }, text: "operator-bank 1 % of asks doubled" },
    {
      effects: { reorder: { share: "5%", by: "50ms" } },
      text: "operator-bank 5 % held back 50ms",
    },
    { effects: { corrupt: "0.5%" }, text: "operator-bank 0.5 % damaged" },
  ])("reads: $text", ({ effects, text }) => {
    expect(describeFault(Fault.parse({ at: "0s", on: "operator-bank", ...effects }))).toBe(text);
  });

  it("reads: traffic.activations at 3x the rate", () => {
    const fault = Fault.parse({ at: "0s", on: "traffic.activations", surge: "3x" });
    expect(describeFault(fault)).toBe("traffic.activations at 3x the rate");
  });
});
