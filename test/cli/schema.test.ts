import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { schema } from "../../src/cli/schema.ts";
import { ExitCode } from "../../src/kernel/exit-code.ts";
import { fakeIo } from "./fake-io.ts";

it("prints the schema that editors use, as scenarios/schema.json holds it", () => {
  const io = fakeIo();
  expect(schema({ reference: false }, io)).toBe(ExitCode.ok);
  const file = readFileSync(new URL("../../scenarios/schema.json", import.meta.url), "utf8");
  // Stale? `npm run schema` writes it anew.
  expect(`${io.printed.join("\n")}\n` === file).toBe(true);
});

it("prints the reference of the keys as Markdown", () => {
  const io = fakeIo();
  expect(schema({ reference: true }, io)).toBe(ExitCode.ok);
  const row =
    "| `promise` | a duration such as 250ms, 2s or 10m | `30s` | Credited later than this is late. |";
  expect(io.printed.join("\n").split("\n")).toContain(row);
});
