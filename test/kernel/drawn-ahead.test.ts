import { expect, it } from "vitest";
import { DrawnAhead } from "../../src/kernel/drawn-ahead.ts";
import { fc } from "../support/property.ts";

const drawOf = (index: number) => Math.imul(index, 0x9e3779b1) / 7;

function counted() {
  const counts = { calls: 0, draws: 0 };
  const ahead = new DrawnAhead((into, first, count) => {
    counts.calls += 1;
    counts.draws += count;
    for (let place = 0; place < count; place += 1) into[place] = drawOf(first + place);
  });
  return { ahead, counts };
}

// Goal: whoever asks for what, in which order, gets what the number alone decides. Method: runs of
// numbers from random places, some of them backwards.
it("gives each number its own draw", () => {
  const run = fc.tuple(fc.nat(500), fc.nat(200), fc.constantFrom(1, 3, -1, 0));
  fc.assert(
    fc.property(fc.array(run, { maxLength: 10 }), (runs) => {
      const { ahead } = counted();
      for (const [first, length, step] of runs) {
        for (let place = 0; place < length; place += 1) {
          const index = Math.max(0, first + place * step);
          expect(ahead.at(index)).toBe(drawOf(index));
        }
      }
    }),
  );
});

it("draws in blocks where one number follows the other", () => {
  const { ahead, counts } = counted();
  for (let index = 1_000; index < 2_000; index += 1) ahead.at(index);
  expect(counts.calls).toBeLessThan(30);
  expect(counts.draws).toBeLessThan(1_000 + 64);
});

it("draws hardly more than what is asked for where none follows", () => {
  const { ahead, counts } = counted();
  for (let index = 0; index < 1_000; index += 1) ahead.at((index * 37) % 1_000);
  expect(counts.draws).toBeLessThan(1_100);
});
