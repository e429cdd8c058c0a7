import { describe, expect, it } from "vitest";
import { Identity, signedNotice, usedBeforeCount } from "../../src/chain/identity.ts";
import { LinksSpec, PagesSpec } from "../../src/chain/identity-spec.ts";
import { usedBeforeStream } from "../../src/chain/journals.ts";
import { codeStepAt, codeStepMs, noCode, wrongCode } from "../../src/domain/credentials.ts";
import { type Intent, intents } from "../../src/domain/intent.ts";
import { Fault } from "../../src/fault/fault.ts";
import { TrafficTroubles } from "../../src/fault/traffic-troubles.ts";
import { countOf, expectShare } from "../support/share.ts";

const manyCount = 20_000;
const streamKey = 7;

type Written = { links?: object; pages?: object; faults?: readonly object[] };

/** Who starts the activations of a stream, by the words of a scenario. */
function identityOf({ links = {}, pages, faults = [] }: Written = {}): Identity {
  const parsed = faults.map((it) => Fault.parse(it));
  return new Identity({
    seed: "1",
    streamKey,
    links: LinksSpec.parse(links),
    pages: pages === undefined ? undefined : PagesSpec.parse(pages),
    troubles: new TrafficTroubles(parsed, "activations", "1", 0, 3_600_000),
  });
}

/** What many activations are, all due at one instant. */
function intentsOf(identity: Identity, plannedMs = 0): readonly Intent[] {
  return Array.from({ length: manyCount }, (_, index) => identity.intentOf(index, plannedMs));
}

const countIntent = (all: readonly Intent[], intent: Intent) => countOf(all, (it) => it === intent);

describe("what activations are", () => {
  it("is genuine unless the scenario says otherwise", () => {
    expect(new Set(intentsOf(identityOf()))).toEqual(new Set(["genuine"]));
    expect(new Set(intentsOf(identityOf({ pages: {} })))).toEqual(new Set(["genuine"]));
  });

  it("comes in the shares that were asked for; pages are those of good links", () => {
    const links = { forged: "4%", expired: "3%", replayed: "2%", missing: "1%" };
    const pages = { noCaptcha: "5%", noSecondFactor: "10%", wrongCode: "20%" };
    const all = intentsOf(identityOf({ links, pages }));
    const shares: Readonly<Record<Intent, number>> = {
      ...{ forged: 0.04, expired: 0.03, replayed: 0.02, missing: 0.01 },
      ...{ "no-captcha": 0.9 * 0.05, "no-second-factor": 0.9 * 0.1, "wrong-code": 0.9 * 0.2 },
      genuine: 0.9 * 0.65,
    };
    for (const intent of intents) {
      expectShare(countIntent(all, intent), manyCount, shares[intent], intent);
    }
  });

  it.each([
    { why: "every link", written: { links: { missing: "100%" } }, intent: "missing" },
    { why: "every page", written: { pages: { wrongCode: "100%" } }, intent: "wrong-code" },
  ])("may be bad for $why", ({ written, intent }) => {
    expect(new Set(intentsOf(identityOf(written)))).toEqual(new Set([intent]));
  });

  it("is the same however often it is asked, and in whatever order", () => {
    const identity = identityOf({ links: { forged: "50%" } });
    const backwards = Array.from({ length: 100 }, (_, i) => identity.intentOf(99 - i, 0));
    expect(backwards.toReversed()).toEqual(intentsOf(identity).slice(0, 100));
  });
});

describe("a wave of forged links", () => {
  const wave = { at: "10s", for: "5s", on: "traffic", forged: "30%" };
  const links = { forged: "10%", missing: "20%" };
  const calm = intentsOf(identityOf({ links }));
  const identity = identityOf({ links, faults: [wave] });

  it.each([9_999, 15_000])("is not felt by those who are due at %i ms", (plannedMs) => {
    expect(intentsOf(identity, plannedMs)).toEqual(calm);
  });

  it.each([10_000, 14_999])("strikes its share of those who are due at %i ms", (plannedMs) => {
    const all = intentsOf(identity, plannedMs);
    expectShare(countIntent(all, "forged"), manyCount, 0.3 + 0.7 * 0.1);
  });

  it("leaves the others as they were", () => {
    const struck = intentsOf(identity, 12_000);
    const changed = struck.filter((intent, index) => intent !== calm[index]);
    expect(new Set(changed)).toEqual(new Set(["forged"]));
    expectShare(changed.length, manyCount, 0.3 * 0.9);
  });
});

const plannedMs = 200_000;
const nowMs = plannedMs + codeStepMs;
const genuine = {
  link: {
    isSigned: true,
    expiresMs: plannedMs + 600_000,
    nonceStream: streamKey,
    nonceIndex: 130,
  },
  hasCaptcha: true,
  codeStep: codeStepAt(nowMs),
  terminalMs: nowMs,
};
const linkWith = (change: object) => ({ ...genuine, link: { ...genuine.link, ...change } });

describe("what a request shows", () => {
  it.each<{ intent: Intent; why: string; shows: object }>([
    { intent: "genuine", why: "a link of its own, valid for ten minutes", shows: genuine },
    { intent: "forged", why: "a link that another signed", shows: linkWith({ isSigned: false }) },
    {
      intent: "expired",
      why: "a link that was over a minute before",
      shows: linkWith({ expiresMs: plannedMs - 60_000 }),
    },
    {
      intent: "replayed",
      why: "a link that was used before the run",
      shows: linkWith({ nonceStream: usedBeforeStream, nonceIndex: 130 % usedBeforeCount }),
    },
    { intent: "missing", why: "no link", shows: { ...genuine, link: null } },
    { intent: "no-captcha", why: "no captcha", shows: { ...genuine, hasCaptcha: false } },
    { intent: "no-second-factor", why: "no code", shows: { ...genuine, codeStep: noCode } },
    { intent: "wrong-code", why: "a guessed code", shows: { ...genuine, codeStep: wrongCode } },
  ])("that is $intent: $why", ({ intent, shows }) => {
    expect(identityOf().show(intent, 130, plannedMs, nowMs)).toEqual(shows);
  });

  it("is a link for as long as the scenario says, in whole milliseconds", () => {
    const shown = identityOf({ links: { lifetime: "90s" } }).show("genuine", 1, 1_000.4, 5_000);
    expect(shown.link?.expiresMs).toBe(91_000);
  });

  it("is a code of the instant of the tap, under the same link", () => {
    const identity = identityOf();
    const taps = [0, 60_000].map((atMs) => identity.show("genuine", 1, 0, atMs));
    expect(taps.map((it) => it.codeStep - codeStepAt(0))).toEqual([0, 2]);
    expect(taps[1]?.link).toEqual(taps[0]?.link);
  });
});

describe("a fault of the page", () => {
  const due = { inside: 12_000, after: 15_000 };
  const show = (fault: object, atMs: number) => {
    const identity = identityOf({ faults: [{ at: "10s", for: "5s", on: "traffic", ...fault }] });
    return Array.from({ length: manyCount }, (_, i) => identity.show("genuine", i, atMs, atMs));
  };

  it.each([
    { part: "link", isLost: (it: { link: unknown }) => it.link === null },
    { part: "captcha", isLost: (it: { hasCaptcha: boolean }) => !it.hasCaptcha },
    { part: "code", isLost: (it: { codeStep: number }) => it.codeStep === noCode },
  ])("takes the $part from its share, and in its time", ({ part, isLost }) => {
    const fault = { losesPart: { part, share: "25%" } };
    const inside = show(fault, due.inside);
    expectShare(
      countOf(inside, (it) => isLost(it)),
      manyCount,
      0.25,
    );
    expect(show(fault, due.after).some((it) => isLost(it))).toBe(false);
  });

  it("takes one part, and from everybody where it names no share", () => {
    const [shown] = show({ losesPart: { part: "captcha" } }, due.inside);
    expect(shown).toMatchObject({ hasCaptcha: false, link: { isSigned: true } });
    expect(shown?.codeStep).toBe(codeStepAt(due.inside));
    const all = show({ losesPart: { part: "captcha" } }, due.inside);
    expect(all.every((it) => !it.hasCaptcha)).toBe(true);
  });

  it("sets the clocks of its share of the terminals ahead: their codes are those of later", () => {
    const all = show({ skew: { by: "90s", share: "40%" } }, due.inside);
    const ahead = all.filter((it) => it.terminalMs === due.inside + 90_000);
    expectShare(ahead.length, manyCount, 0.4);
    expect(new Set(ahead.map((it) => it.codeStep - codeStepAt(due.inside)))).toEqual(new Set([3]));
    const others = all.filter((it) => it.terminalMs === due.inside);
    expect(ahead.length + others.length).toBe(manyCount);
    const after = show({ skew: { by: "90s" } }, due.after);
    expect(after.every((it) => it.terminalMs === due.after)).toBe(true);
  });
});

describe("a notice", () => {
  it("shows a link that the bank has signed, and nothing of a page", () => {
    expect(signedNotice(streamKey, 3, 1_000.4)).toEqual({
      link: { isSigned: true, expiresMs: 61_000, nonceStream: streamKey, nonceIndex: 3 },
      hasCaptcha: false,
      codeStep: noCode,
      terminalMs: 1_000.4,
    });
  });
});
