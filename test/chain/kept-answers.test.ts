import { describe, expect, it } from "vitest";
import { IdempotencySpec } from "../../src/chain/bank-spec.ts";
import { KeptAnswers } from "../../src/chain/kept-answers.ts";
import { Payment } from "../../src/chain/payment.ts";
import { Visit } from "../../src/chain/visit.ts";
import type { ResponseCode } from "../../src/domain/response-code.ts";
import { ReplicaUnderTest } from "../support/replica-under-test.ts";

const day = 86_400_000;
const { replica } = new ReplicaUnderTest(
  "  bank: { stages: { core: { workers: 1 } }, operations: { ask: [core] } }",
);

/** A request, as it stands when it is answered. */
function visit(index: number, code: ResponseCode = "00", amountMinor = 500, streamKey = 7): Visit {
  const it = new Visit(replica);
  it.payment = new Payment(streamKey, index, 0, amountMinor);
  it.code = code;
  return it;
}

function keeping(spec: object): KeptAnswers {
  const kept = KeptAnswers.of(IdempotencySpec.parse(spec));
  if (kept === null) throw new Error("keeps no answers");
  return kept;
}

describe("answers that are kept", () => {
  it.each(["effect", "nothing"])("are none where %s is", (keeps) => {
    expect(KeptAnswers.of(IdempotencySpec.parse({ keeps }))).toBeNull();
  });

  it("are none where the scenario says nothing of them", () => {
    expect(KeptAnswers.of(IdempotencySpec.parse({}))).toBeNull();
  });

  it.each<{ keeps: string; code: ResponseCode; again: ResponseCode | null; why: string }>([
    { keeps: "answers", code: "00", again: "00", why: "an approval" },
    { keeps: "answers", code: "51", again: "51", why: "a decline" },
    { keeps: "answers", code: "96", again: "96", why: "a failure" },
    { keeps: "successes", code: "00", again: "00", why: "an approval" },
    { keeps: "successes", code: "94", again: "94", why: "a duplicate that stands" },
    { keeps: "successes", code: "51", again: null, why: "no decline" },
    { keeps: "successes", code: "96", again: null, why: "no failure" },
  ])("are, of $keeps, $why: $code", ({ keeps, code, again }) => {
    const kept = keeping({ keeps });
    kept.keep(visit(1, code), 0);
    expect(kept.answerTo(visit(1), 5)).toBe(again);
  });

  it("are each activation's own", () => {
    const kept = keeping({ keeps: "answers" });
    kept.keep(visit(1, "51"), 0);
    const stranger = visit(1, "00", 500, 8);
    expect([kept.answerTo(visit(2), 5), kept.answerTo(stranger, 5)]).toEqual([null, null]);
  });

  it("are the first that was given; later ones change nothing", () => {
    const kept = keeping({ keeps: "answers" });
    kept.keep(visit(1, "96"), 0);
    kept.keep(visit(1, "00"), 5);
    expect(kept.answerTo(visit(1), 10)).toBe("96");
  });

  it("are the first success, where only successes are kept", () => {
    const kept = keeping({ keeps: "successes" });
    kept.keep(visit(1, "96"), 0);
    kept.keep(visit(1, "00"), 5);
    expect(kept.answerTo(visit(1), 10)).toBe("00");
  });

  it.each([
    { why: "a day", spec: {}, untilMs: day },
    { why: "as long as the scenario says", spec: { for: "30m" }, untilMs: 1_800_000 },
  ])("last $why, to the millisecond; then the next one is kept", ({ spec, untilMs }) => {
    const kept = keeping({ keeps: "answers", ...spec });
    kept.keep(visit(1, "51"), 100);
    expect(kept.answerTo(visit(1), 100 + untilMs - 0.001)).toBe("51");
    expect(kept.answerTo(visit(1), 100 + untilMs)).toBeNull();
    kept.keep(visit(1, "00"), 100 + untilMs);
    expect(kept.answerTo(visit(1), 100 + untilMs)).toBe("00");
  });

  it.each([
    { why: "is refused", spec: {}, again: "12" },
    {
      why: "counts as a repeat where nobody looks at it",
      spec: { checksBody: false },
      again: "51",
    },
  ])("stand for one amount: another one $why", ({ spec, again }) => {
    const kept = keeping({ keeps: "answers", ...spec });
    kept.keep(visit(1, "51", 500), 0);
    expect(kept.answerTo(visit(1, "00", 501), 5)).toBe(again);
    expect(kept.answerTo(visit(1, "00", 500), 5)).toBe("51");
  });

  it("are forgotten after twice fifty thousand others, and not after as many as fit", () => {
    const kept = keeping({ keeps: "answers" });
    for (let index = 0; index < 100_000; index += 1) kept.keep(visit(index), 0);
    expect(kept.answerTo(visit(0), 5)).toBe("00");
    kept.keep(visit(100_000), 0);
    expect(kept.answerTo(visit(0), 5), "the oldest").toBeNull();
    expect(kept.answerTo(visit(50_000), 5), "of the younger half").toBe("00");
  });
});
