import { describe, expect, it } from "vitest";
import { CircuitBreaker, CircuitBreakerSpec } from "../../src/policy/circuit-breaker.ts";

const spec = (written: object) => CircuitBreakerSpec.parse(written);

/** Trips on half of four calls, pauses for a second, tries with four probes. */
const brisk = spec({
  slow: { share: "75%", above: "100ms" },
  window: { calls: 4 },
  open: "1s",
  probes: 4,
});

/** A call's letter: Good, Bad, Slow, or bad and slow (X). */
function settle(breaker: CircuitBreaker, letter: string, nowMs: number): void {
  const elapsedMs = "SX".includes(letter) ? 101 : 100;
  breaker.settled(breaker.generation, "BX".includes(letter), elapsedMs, nowMs);
}

/** One call after the other, each over before the next. */
function play(breaker: CircuitBreaker, letters: string, nowMs = 0): void {
  for (const letter of letters) {
    expect(breaker.admits(nowMs)).toBe(true);
    settle(breaker, letter, nowMs);
  }
}

/** A breaker that has opened at instant 0. */
function opened(): CircuitBreaker {
  const breaker = new CircuitBreaker(brisk);
  play(breaker, "BBBB");
  return breaker;
}

describe("a closed breaker", () => {
  it.each([
    { calls: "BBB", state: "closed", why: "does not judge fewer calls than the least" },
    { calls: "GGBB", state: "open", why: "opens when the share of failures is reached" },
    { calls: "BGGG", state: "closed", why: "stays closed below it" },
    { calls: "BGGGB", state: "closed", why: "forgets a call that left the window" },
    { calls: "GBGGB", state: "open", why: "counts a call that is still in the window" },
    { calls: "SSSG", state: "open", why: "opens when the share of slow calls is reached" },
    { calls: "SSGG", state: "closed", why: "stays closed below it" },
    { calls: "SBGG", state: "closed", why: "does not add slow and failed calls up" },
    { calls: "XXGG", state: "open", why: "counts a slow failure as a failure" },
    { calls: "XSSG", state: "open", why: "counts a slow failure as slow" },
  ])("$why: $calls", ({ calls, state }) => {
    const breaker = new CircuitBreaker(brisk);
    play(breaker, calls);
    expect(breaker.state).toBe(state);
    expect(breaker.openedCount).toBe(state === "open" ? 1 : 0);
  });

  it("judges from the least number of calls on, not only when the window is full", () => {
    const breaker = new CircuitBreaker(spec({ window: { calls: 10 }, least: 2 }));
    play(breaker, "B");
    expect(breaker.state).toBe("closed");
    play(breaker, "G");
    expect(breaker.state).toBe("open");
  });

  it("judges a window of fewer calls than the least when it is full", () => {
    const breaker = new CircuitBreaker(spec({ window: { calls: 2 }, least: 100 }));
    play(breaker, "BB");
    expect(breaker.state).toBe("open");
  });

  it("opens by its defaults at the 100th call, if the 50th failure is among them", () => {
    const breaker = new CircuitBreaker(spec({}));
    play(breaker, `${"B".repeat(50)}${"G".repeat(49)}`);
    expect(breaker.state).toBe("closed");
    play(breaker, "G");
    expect(breaker.state).toBe("open");
  });

  it("with a window of time does not count what is older", () => {
    const breaker = new CircuitBreaker(spec({ window: { time: "10s" }, least: 2 }));
    play(breaker, "B", 0);
    play(breaker, "GG", 10_000);
    expect(breaker.state).toBe("closed");
    play(breaker, "BB", 10_500);
    expect(breaker.state).toBe("open");
  });

  it("with a window of time waits for the least number of calls within it", () => {
    const breaker = new CircuitBreaker(spec({ window: { time: "10s" }, least: 3 }));
    for (const second of [0, 11, 22, 33]) play(breaker, "B", second * 1_000);
    expect(breaker.state).toBe("closed");
  });
});

describe("an open breaker", () => {
  it("admits nothing until the pause is over, and then a probe", () => {
    const breaker = opened();
    expect(breaker.admits(0)).toBe(false);
    expect(breaker.admits(999.999)).toBe(false);
    expect(breaker.state).toBe("open");
    expect(breaker.admits(1_000)).toBe(true);
    expect(breaker.state).toBe("half-open");
  });

  it("ignores the late answers of calls that went out before", () => {
    const breaker = new CircuitBreaker(brisk);
    const { generation } = breaker;
    for (let i = 0; i < 6; i += 1) expect(breaker.admits(0)).toBe(true);
    for (let i = 0; i < 4; i += 1) settle(breaker, "B", 0);
    breaker.settled(generation, false, 0, 500);
    breaker.withdrawn(generation);
    expect(breaker.admits(999)).toBe(false);
    expect(breaker.admits(1_000)).toBe(true);
  });
});

describe("a half-open breaker", () => {
  it.each([
    { probes: "GGGG", state: "closed", why: "closes when all probes are good" },
    { probes: "BGGG", state: "closed", why: "closes below the share of failures" },
    { probes: "GGG", state: "half-open", why: "waits for the last probe" },
    { probes: "BB", state: "open", why: "opens as soon as the outcome is certain" },
    { probes: "BGGB", state: "open", why: "opens with the last probe" },
    { probes: "SSS", state: "open", why: "opens when the share of slow probes is certain" },
    { probes: "SSGG", state: "closed", why: "closes below the share of slow probes" },
  ])("$why: $probes", ({ probes, state }) => {
    const breaker = opened();
    play(breaker, probes, 1_000);
    expect(breaker.state).toBe(state);
    expect(breaker.openedCount).toBe(state === "open" ? 2 : 1);
  });

  it("admits so many probes and no more, however long they take", () => {
    const breaker = opened();
    for (let i = 0; i < 4; i += 1) expect(breaker.admits(1_000)).toBe(true);
    expect(breaker.admits(1_000)).toBe(false);
    settle(breaker, "G", 1_001);
    expect(breaker.admits(1e9)).toBe(false);
  });

  it("gives the place of a probe that was never sent to another", () => {
    const breaker = opened();
    for (let i = 0; i < 4; i += 1) breaker.admits(1_000);
    breaker.withdrawn(breaker.generation);
    expect(breaker.admits(1_000)).toBe(true);
    expect(breaker.admits(1_000)).toBe(false);
    for (const letter of "GGGG") settle(breaker, letter, 1_001);
    expect(breaker.state).toBe("closed");
  });

  it("does not take a late answer for a probe's", () => {
    const breaker = new CircuitBreaker(brisk);
    const { generation } = breaker;
    for (let i = 0; i < 5; i += 1) breaker.admits(0);
    for (let i = 0; i < 4; i += 1) settle(breaker, "B", 0);
    play(breaker, "GGG", 1_000);
    breaker.settled(generation, false, 0, 1_000);
    expect(breaker.state).toBe("half-open");
    play(breaker, "G", 1_000);
    expect(breaker.state).toBe("closed");
  });

  it("ignores the probes that are still out when it opens anew", () => {
    const breaker = opened();
    for (let i = 0; i < 4; i += 1) breaker.admits(1_000);
    const { generation } = breaker;
    settle(breaker, "B", 1_100);
    settle(breaker, "B", 1_100);
    breaker.settled(generation, false, 0, 1_200);
    breaker.settled(generation, false, 0, 1_200);
    expect(breaker.state).toBe("open");
    expect(breaker.admits(2_099)).toBe(false);
    expect(breaker.admits(2_100)).toBe(true);
  });

  it("starts with an empty window when it closes", () => {
    const breaker = opened();
    play(breaker, "GGGG", 1_000);
    play(breaker, "BBB", 1_000);
    expect(breaker.state).toBe("closed");
    play(breaker, "G", 1_000);
    expect(breaker.state).toBe("open");
  });

  it("does not judge fewer probes than there are, even with a lesser least", () => {
    const breaker = new CircuitBreaker(
      spec({ window: { calls: 4 }, least: 1, open: "1s", probes: 4 }),
    );
    play(breaker, "B");
    play(breaker, "BGG", 1_000);
    expect(breaker.state).toBe("half-open");
  });
});

describe("CircuitBreakerSpec", () => {
  it("has the defaults of resilience4j", () => {
    expect(spec({})).toEqual({
      failures: 0.5,
      slow: { share: 1, above: 60_000 },
      window: { calls: 100 },
      least: 100,
      open: 60_000,
      probes: 10,
    });
  });

  it("fills in the other half of slow", () => {
    expect(spec({ slow: { above: "2s" } }).slow).toEqual({ share: 1, above: 2_000 });
  });

  it.each([
    { written: { window: {} }, message: "expected exactly one of calls, time" },
    {
      written: { window: { calls: 10, time: "10s" } },
      message: "expected exactly one of calls, time",
    },
    { written: { failures: "0%" }, message: "expected a share above 0%, such as 50%" },
    { written: { slow: { share: "0%" } }, message: "expected a share above 0%, such as 50%" },
    { written: { open: "0s" }, message: "expected a duration above 0, such as 2s" },
    { written: { probes: 0 }, message: "expected a whole number from 1" },
  ])("refuses $written", ({ written, message }) => {
    const { error } = CircuitBreakerSpec.safeParse(written);
    expect(error?.issues[0]?.message).toBe(message);
  });
});
