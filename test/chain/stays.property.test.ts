import { expect, it } from "vitest";
import type { CallEnd } from "../../src/chain/call.ts";
import { Stays } from "../../src/chain/stays.ts";
import type { ResponseCode } from "../../src/domain/response-code.ts";
import { fc } from "../support/property.ts";

const ends: readonly { end: CallEnd; code: ResponseCode; mayHavePosted: boolean }[] = [
  { end: "answered", code: "00", mayHavePosted: true },
  { end: "answered", code: "94", mayHavePosted: true },
  { end: "answered", code: "68", mayHavePosted: true },
  { end: "timeout", code: "00", mayHavePosted: true },
  { end: "timeout", code: "91", mayHavePosted: true },
  { end: "broken", code: "91", mayHavePosted: true },
  { end: "refused", code: "00", mayHavePosted: false },
  { end: "answered", code: "91", mayHavePosted: false },
  { end: "answered", code: "96", mayHavePosted: true },
  { end: "answered", code: "51", mayHavePosted: false },
];

const step = fc.record({
  index: fc.nat(2),
  sends: fc.boolean(),
  end: fc.constantFrom(...ends),
  place: fc.nat(3),
});

// Goal: no attempt goes to a second bank while one at the first may post, or may have. Method: random
// attempts of three activations, sent where the caller likes unless it must stay; a plain list beside.
it("lets no activation go to two banks that may both post", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const stays = new Stays();
      const attempts: { index: number; place: number; isOpen: boolean; mayPost: boolean }[] = [];
      for (const { index, sends, end, place } of steps) {
        const activation = { streamKey: 5, index };
        if (sends) {
          const must = stays.placeOf(activation);
          const to = must < 0 ? place : must;
          stays.sent(activation, to);
          attempts.push({ index, place: to, isOpen: true, mayPost: true });
          reached.add(must < 0 ? "free" : "bound");
        } else {
          const open = attempts.find((it) => it.index === index && it.isOpen);
          if (open === undefined) continue;
          stays.settled(activation, end.end, end.code);
          open.isOpen = false;
          open.mayPost = end.mayHavePosted;
          if (stays.placeOf(activation) < 0) reached.add("free again");
        }
        const places = attempts.filter((it) => it.index === index && it.mayPost);
        expect(new Set(places.map((it) => it.place)).size).toBeLessThanOrEqual(1);
        expect(stays.placeOf(activation)).toBe(places[0]?.place ?? -1);
      }
    }),
  );
  expect(reached).toEqual(new Set(["free", "bound", "free again"]));
});

it("forgets the oldest first, and keeps the last fifty thousand at least", () => {
  const stays = new Stays();
  for (let index = 0; index < 150_000; index += 1) {
    stays.sent({ streamKey: 1, index }, 1);
    stays.settled({ streamKey: 1, index }, "timeout", "00");
  }
  expect(stays.placeOf({ streamKey: 1, index: 0 })).toBe(-1);
  expect(stays.placeOf({ streamKey: 1, index: 100_001 })).toBe(1);
  expect(stays.placeOf({ streamKey: 1, index: 149_999 })).toBe(1);
  expect(stays.placeOf({ streamKey: 2, index: 149_999 })).toBe(-1);
});

it("is free again after a refusal, however many others came between", () => {
  const stays = new Stays();
  const one = { streamKey: 2, index: 0 };
  for (let index = 0; index < 120_000; index += 1) {
    // Each of these has posted, and is remembered for a while.
    stays.sent({ streamKey: 1, index }, 1);
    stays.settled({ streamKey: 1, index }, "answered", "00");
    if (index % 7_777 !== 0) continue;
    stays.sent(one, 3);
    expect(stays.placeOf(one)).toBe(3);
    stays.settled(one, "refused", "00");
    expect(stays.placeOf(one)).toBe(-1);
  }
});
