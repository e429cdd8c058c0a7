import { describe, expect, it } from "vitest";
import { OutlierEjection, OutlierEjectionSpec } from "../../src/policy/outlier-ejection.ts";

const s = 1_000;

function ejection(written: object, replicaCount: number): OutlierEjection {
  return new OutlierEjection(OutlierEjectionSpec.parse(written), replicaCount);
}

/** Answers of one replica, one letter each: + good, - failed. */
function play(of: OutlierEjection, replica: number, answers: string, nowMs: number): void {
  for (const answer of answers) of.ended(replica, answer === "-", nowMs);
}

function admitted(of: OutlierEjection, nowMs: number): string {
  of.refresh(nowMs);
  return of.admitted.join("");
}

describe("failures in a row", () => {
  it.each([
    { answers: "----", left: "111", why: "four do not eject" },
    { answers: "-----", left: "101", why: "five do" },
    { answers: "----+----", left: "111", why: "a success begins the count anew" },
    { answers: "----+-----", left: "101", why: "five after a success do" },
  ])("$why: $answers", ({ answers, left }) => {
    const it = ejection({}, 3);
    play(it, 1, answers, 0);
    expect(admitted(it, 0)).toBe(left);
  });

  it("are counted for each replica by itself", () => {
    const it = ejection({}, 3);
    for (let i = 0; i < 4; i += 1) for (const replica of [0, 1, 2]) play(it, replica, "-", 0);
    expect(admitted(it, 0)).toBe("111");
  });

  it("do not count against a replica that is out", () => {
    const it = ejection({}, 3);
    play(it, 1, "-----", 0);
    play(it, 1, "---------", 10 * s);
    expect(it.ejectedCount).toBe(1);
    expect(it.nextReturnMs).toBe(30 * s);
    play(it, 1, "----", 30 * s);
    expect(admitted(it, 30 * s)).toBe("111");
  });
});

describe("how many may be out", () => {
  it.each([
    { most: "10%", of: 1, out: 0, why: "the last one stays" },
    { most: "100%", of: 1, out: 0, why: "the last one stays, whatever the share" },
    { most: "10%", of: 2, out: 1, why: "one may go whatever the share" },
    { most: "0%", of: 3, out: 1, why: "one may go even at 0 %" },
    { most: "50%", of: 5, out: 2, why: "a part of a replica does not count" },
    { most: "100%", of: 4, out: 3, why: "never all" },
    { most: "29%", of: 100, out: 29, why: "the share is exact" },
  ])("$why: $most of $of", ({ most, of, out }) => {
    const it = ejection({ most }, of);
    for (let replica = 0; replica < of; replica += 1) play(it, replica, "-----", 0);
    expect(it.admitted.filter((mark) => mark === 0)).toHaveLength(out);
    expect(it.ejectedCount).toBe(out);
  });

  it("a replica that could not go needs as many failures again", () => {
    const it = ejection({}, 3);
    play(it, 0, "-----", 0);
    play(it, 1, "-----", 1 * s);
    play(it, 1, "----", 30 * s);
    expect(admitted(it, 30 * s)).toBe("111");
    play(it, 1, "-", 30 * s);
    expect(admitted(it, 30 * s)).toBe("101");
  });
});

describe("the length of an ejection", () => {
  it("is the base at first, to the instant", () => {
    const it = ejection({}, 3);
    expect(it.nextReturnMs).toBe(Number.POSITIVE_INFINITY);
    play(it, 1, "-----", 5 * s);
    expect(it.nextReturnMs).toBe(35 * s);
    expect(admitted(it, 35 * s - 0.001)).toBe("101");
    expect(admitted(it, 35 * s)).toBe("111");
    expect(it.nextReturnMs).toBe(Number.POSITIVE_INFINITY);
  });

  it("grows with each ejection that follows soon, up to the maximum", () => {
    const it = ejection({ max: "100s" }, 3);
    const lengths: number[] = [];
    let nowMs = 0;
    for (let i = 0; i < 6; i += 1) {
      play(it, 1, "-----", nowMs);
      lengths.push((it.nextReturnMs - nowMs) / s);
      nowMs = it.nextReturnMs;
    }
    expect(lengths).toEqual([30, 60, 90, 100, 100, 100]);
  });

  it.each([
    { calm: 9.999, next: 90, why: "less than an interval takes nothing back" },
    { calm: 10, next: 60, why: "an interval takes one step back" },
    { calm: 20, next: 30, why: "two take two back" },
    { calm: 1_000, next: 30, why: "it is never shorter than the base" },
  ])("after two: $why", ({ calm, next }) => {
    const it = ejection({}, 3);
    play(it, 1, "-----", 0);
    play(it, 1, "-----", 30 * s);
    const nowMs = 90 * s + calm * s;
    play(it, 1, "-----", nowMs);
    expect(it.nextReturnMs).toBe(nowMs + next * s);
  });

  it("counts the steps at the maximum no further, so that the way back is not endless", () => {
    const it = ejection({ max: "60s" }, 3);
    let nowMs = 0;
    for (let i = 0; i < 10; i += 1) {
      play(it, 1, "-----", nowMs);
      nowMs = it.nextReturnMs;
    }
    play(it, 1, "-----", nowMs + 20 * s);
    expect(it.nextReturnMs).toBe(nowMs + 50 * s);
  });

  it("brings several back, each in its time", () => {
    const it = ejection({ most: "100%" }, 3);
    play(it, 2, "-----", 0);
    play(it, 0, "-----", 10 * s);
    expect(admitted(it, 10 * s)).toBe("010");
    expect(admitted(it, 30 * s)).toBe("011");
    expect(it.nextReturnMs).toBe(40 * s);
    expect(admitted(it, 40 * s)).toBe("111");
  });
});

describe("the sweep at the end of each interval", () => {
  const written = { failures: { share: "50%", hosts: 2, volume: 4 } };

  it("ejects by shares then, and not before", () => {
    const it = ejection(written, 2);
    play(it, 0, "++++", 1 * s);
    play(it, 1, "-+-+", 1 * s);
    expect(admitted(it, 9.999 * s)).toBe("11");
    expect(admitted(it, 10 * s)).toBe("10");
    expect(it.nextReturnMs).toBe(40 * s);
  });

  it("comes late without harm: the ejection runs from the interval's end", () => {
    const it = ejection(written, 2);
    play(it, 0, "++++", 1 * s);
    play(it, 1, "-+-+", 1 * s);
    it.ended(0, false, 39 * s);
    expect(it.admitted.join("")).toBe("10");
    expect(admitted(it, 40 * s)).toBe("11");
    expect(it.ejectedCount).toBe(1);
  });

  it("finds the place free of who came back in the meantime", () => {
    const it = ejection({ most: "10%", base: "5s", failures: { hosts: 1, volume: 4 } }, 2);
    play(it, 1, "----", 4 * s);
    play(it, 0, "-----", 4 * s);
    it.refresh(14.9 * s);
    expect(it.admitted.join("")).toBe("10");
  });

  it("sees one interval at a time", () => {
    const it = ejection(written, 2);
    play(it, 0, "++++", 9 * s);
    play(it, 1, "--", 9 * s);
    play(it, 1, "--", 10 * s);
    play(it, 0, "++++", 10 * s);
    expect(admitted(it, 20 * s)).toBe("11");
  });

  it("ejects the first outliers in order where not all may go", () => {
    const it = ejection({ most: "50%", failures: { hosts: 1, volume: 4 } }, 4);
    for (const replica of [3, 2, 1]) play(it, replica, "----", 0);
    expect(admitted(it, 10 * s)).toBe("1001");
  });

  it("compares by deviation where the scenario says so", () => {
    const it = ejection({ deviation: { volume: 2 } }, 5);
    for (const replica of [0, 1, 2, 4]) play(it, replica, "++", 0);
    play(it, 3, "-+", 0);
    expect(admitted(it, 10 * s)).toBe("11101");
  });
});

describe("OutlierEjectionSpec", () => {
  it("has the defaults of Envoy", () => {
    const spec = OutlierEjectionSpec.parse({ failures: {}, deviation: {} });
    expect(spec).toEqual({
      consecutive: 5,
      interval: 10_000,
      base: 30_000,
      max: 300_000,
      most: 0.1,
      failures: { share: 0.85, hosts: 5, volume: 50 },
      deviation: { factor: 1.9, hosts: 5, volume: 100 },
    });
  });

  it.each([
    { written: { base: "10m" }, message: "expected a max of at least base" },
    { written: { failures: { share: "0%" } }, message: "expected a share above 0%, such as 85%" },
    {
      written: { deviation: { factor: "0x" } },
      message: "expected a factor above 0x, such as 1.9x",
    },
  ])("refuses $written", ({ written, message }) => {
    const { error } = OutlierEjectionSpec.safeParse(written);
    expect(error?.issues[0]?.message).toBe(message);
  });
});
