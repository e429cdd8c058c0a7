import { expect, it } from "vitest";
import { createJournal } from "../../../src/live/journal-store.ts";
import { scratchFile } from "../../support/scratch-file.ts";
import { race } from "./replica-process.ts";

it("lets one activation use a link when processes race for it", async () => {
  const file = scratchFile();
  createJournal(file);
  const answers = await race<boolean[]>(
    file,
    2_000,
    "[usedLinks.use(1, i, replica, i), usedLinks.use(1, i, replica, i)]",
  );
  const winners = Array.from({ length: 2_000 }, (_, key) =>
    answers.flatMap((it, i) => (String(it[key]) === "true,true" ? [i] : [])),
  );
  expect(winners.filter((it) => it.length !== 1)).toEqual([]);
  const losers = answers.flat().filter((it) => String(it) === "false,false");
  expect(losers.length).toBe(4_000);
  expect(new Set(winners.flat()).size).toBeGreaterThan(1); // They did race.
});
