import { checkKinds } from "../../src/domain/credentials.ts";
import type { Dice } from "./dice.ts";
import type { Written } from "./random-policies.ts";

/** The service that takes notices for the merchants. */
export const merchantsName = "merchants";

/** What terminals do about payments of which they do not know whether they stand. */
export function randomReversal(dice: Dice): Written {
  return {
    tries: dice.maybe(70, () => dice.whole(1, 4)),
    every: dice.time(20, 800),
    exhausted: dice.maybe(30, () => dice.oneOf("list", "delete")),
  };
}

export function randomPoll(dice: Dice): Written {
  return {
    operation: "look",
    first: dice.maybe(90, () => dice.time(0, 800)),
    every: dice.time(20, 800),
    times: dice.maybe(70, () => dice.whole(1, 5)),
  };
}

/** Signed links, of which some are none of the operator's. */
export function randomLinks(dice: Dice): Written {
  const share = () => dice.maybe(50, () => dice.share(0, 20));
  return {
    lifetime: dice.maybe(60, () => dice.time(500, 20_000)),
    ...{ forged: share(), expired: share(), replayed: share(), missing: share() },
  };
}

export function randomPages(dice: Dice): Written {
  const share = () => dice.maybe(60, () => dice.share(0, 30));
  return { noCaptcha: share(), noSecondFactor: share(), wrongCode: share() };
}

/** All checks, or some: what they do not see gets through. */
export function randomChecks(dice: Dice): readonly string[] {
  return dice.chance(60) ? checkKinds : dice.some(checkKinds);
}

/** How an operator closes the batches of the one bank that it calls. */
export function randomReconciliation(dice: Dice, bank: string): Written {
  return {
    with: bank,
    totals: dice.maybe(50, () => "settle"),
    upload: "look",
    after: dice.maybe(80, () => dice.time(0, 600)),
    timeout: dice.time(20, 600),
    tries: dice.maybe(70, () => dice.whole(1, 4)),
    pause: dice.time(10, 400),
    atOnce: dice.maybe(70, () => dice.whole(1, 8)),
  };
}

/** How a bank posts: what it does about repeats, how it tells of it, when it makes it spendable. */
export function randomBank(dice: Dice, hasMerchants: boolean, isReconciled: boolean): Written {
  return {
    idempotency: dice.maybe(40, () => ({
      keeps: dice.oneOf("effect", "answers", "successes", "nothing"),
      for: dice.maybe(50, () => dice.time(50, 5_000)),
      checksBody: dice.maybe(50, () => dice.chance(50)),
    })),
    triggers: dice.maybe(10, () => "cents"),
    settlement: dice.maybe(isReconciled ? 100 : 40, () => ({
      every: dice.time(200, 4_000),
      takes: dice.maybe(50, () => dice.time(0, 500)),
    })),
    notices: hasMerchants
      ? {
          to: merchantsName,
          schedule: dice.maybe(80, () => ["0ms", dice.time(10, 500), dice.time(10, 1_500)]),
          timeout: dice.maybe(80, () => dice.time(20, 800)),
        }
      : undefined,
  };
}

/** The service of the merchants' phones: it hears of credits. */
export function randomMerchants(dice: Dice): { readonly stages: Written } & Written {
  const inbox = { workers: 50, time: dice.duration(5), hears: true };
  return {
    replicas: 1,
    stages: { inbox: { ...inbox, checks: dice.maybe(50, () => ["signature"]) } },
    operations: { notice: ["inbox"] },
  };
}

/** What strikes who shows links. */
export function randomIdentityTrouble(dice: Dice): Written {
  const kind = dice.oneOf("forged", "losesPart", "skew");
  const share = dice.maybe(70, () => dice.share(10, 100));
  if (kind === "forged") return { forged: dice.share(10, 100) };
  if (kind === "skew") return { skew: { by: dice.oneOf("10s", "2m", "1h"), share } };
  return { losesPart: { part: dice.oneOf("link", "captcha", "code"), share } };
}
