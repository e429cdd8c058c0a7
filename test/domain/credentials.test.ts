import { describe, expect, it } from "vitest";
import {
  type CheckKind,
  type Credentials,
  checkKinds,
  codeStepAt,
  codeStepMs,
  failedCheck,
  noCode,
  runEpochMs,
  type UsedLinks,
  wrongCode,
} from "../../src/domain/credentials.ts";

const nowMs = 100_000;
const step = codeStepAt(nowMs);
const good: Credentials = {
  link: { isSigned: true, expiresMs: nowMs + 1, nonceStream: 7, nonceIndex: 3 },
  hasCaptcha: true,
  codeStep: step,
  terminalMs: nowMs,
};
const withLink = (change: Partial<NonNullable<Credentials["link"]>>): Credentials => ({
  ...good,
  link: { isSigned: true, expiresMs: nowMs + 1, nonceStream: 7, nonceIndex: 3, ...change },
});

/** Writes down what it is asked, and answers always the same. */
class Links implements UsedLinks {
  readonly asked: number[][] = [];
  readonly #isFree: boolean;

  constructor(isFree = true) {
    this.#isFree = isFree;
  }

  use(...key: [number, number, number, number]): boolean {
    this.asked.push(key);
    return this.#isFree;
  }
}

const failed = (checks: readonly CheckKind[], shown: Credentials | null, links = new Links()) =>
  failedCheck(checks, shown, { streamKey: 7, index: 3 }, nowMs, links);

describe("a request", () => {
  it("that shows everything passes every check", () => {
    expect(failed(checkKinds, good)).toBeNull();
  });

  it.each(checkKinds)("that shows nothing fails by %s", (check) => {
    expect(failed([check], null)).toBe(check);
  });

  it("that shows nothing is let through where nothing is checked", () => {
    expect(failed([], null)).toBeNull();
  });

  it.each<{ why: string; check: CheckKind; shown: Credentials; passes?: true }>([
    { why: "nobody has signed its link", check: "signature", shown: withLink({ isSigned: false }) },
    { why: "it has no link to sign", check: "signature", shown: { ...good, link: null } },
    {
      why: "its link is good for another millisecond",
      check: "expiry",
      shown: good,
      passes: true,
    },
    { why: "its link expires just now", check: "expiry", shown: withLink({ expiresMs: nowMs }) },
    {
      why: "its link has expired by the terminal's clock",
      check: "expiry",
      shown: { ...good, terminalMs: nowMs + 1 },
    },
    {
      why: "its link has expired, and the terminal's clock is behind",
      check: "expiry",
      shown: { ...withLink({ expiresMs: nowMs }), terminalMs: 0 },
    },
    { why: "it has no link to expire", check: "expiry", shown: { ...good, link: null } },
    { why: "it has no link to use", check: "single-use", shown: { ...good, link: null } },
    { why: "its captcha is missing", check: "captcha", shown: { ...good, hasCaptcha: false } },
    { why: "it has no code", check: "second-factor", shown: { ...good, codeStep: noCode } },
    { why: "its code is guessed", check: "second-factor", shown: { ...good, codeStep: wrongCode } },
    {
      why: "its code is of the step before",
      check: "second-factor",
      shown: { ...good, codeStep: step - 1 },
      passes: true,
    },
    {
      why: "its code is of the step after",
      check: "second-factor",
      shown: { ...good, codeStep: step + 1 },
      passes: true,
    },
    {
      why: "its code is two steps old",
      check: "second-factor",
      shown: { ...good, codeStep: step - 2 },
    },
    {
      why: "its code is two steps ahead",
      check: "second-factor",
      shown: { ...good, codeStep: step + 2 },
    },
  ])("of which $why: $check", ({ check, shown, passes }) => {
    const others = checkKinds.filter((it) => it !== check);
    expect(failed([check], shown)).toBe(passes ? null : check);
    if (shown.link !== null) expect(failed(others, shown), "the other checks").toBeNull();
  });

  it("fails the first of the checks, in their order, and is not looked at further", () => {
    const links = new Links(false);
    const bad = { ...withLink({ isSigned: false }), hasCaptcha: false };
    expect(failed(["signature", "captcha", "single-use"], bad, links)).toBe("signature");
    expect(links.asked, "a link that nobody signed uses nothing up").toEqual([]);
    // Who has stolen a link cannot burn it without the rest.
    expect(failed(["captcha", "single-use"], bad, links)).toBe("captcha");
    expect(links.asked).toEqual([]);
    expect(failed(["captcha", "single-use"], good, links)).toBe("single-use");
  });

  it("uses its own link for its own activation", () => {
    const links = new Links();
    expect(failed(["single-use"], withLink({ nonceStream: 8, nonceIndex: 9 }), links)).toBeNull();
    expect(links.asked).toEqual([[8, 9, 7, 3]]);
    expect(failed(["single-use"], good, new Links(false))).toBe("single-use");
  });
});

describe("a code's time step", () => {
  it("is thirty seconds long, and counts from 1970", () => {
    expect(runEpochMs).toBe(Date.UTC(2026, 0, 1));
    expect(codeStepAt(0)).toBe(runEpochMs / 30_000);
    expect([codeStepMs - 1, codeStepMs].map((atMs) => codeStepAt(atMs) - codeStepAt(0))).toEqual([
      0, 1,
    ]);
  });
});
