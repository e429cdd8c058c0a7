import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { unifiedDiff } from "../../src/cli/unified-diff.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-diff-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ten = Array.from({ length: 10 }, (_, line) => `line ${line}\n`).join("");

it.each([
  { why: "in the middle", before: ten, after: ten.replace("line 5\n", "line 5\nnew\nnewer\n") },
  { why: "at the start", before: ten, after: `new\n${ten}` },
  { why: "at the end", before: ten, after: `${ten}new\n` },
  { why: "in place of a line", before: ten, after: ten.replace("line 5", "other") },
  { why: "after a last line without an end", before: "a\nb", after: "a\nb\nc\n" },
  { why: "into nothing", before: "", after: "new\n" },
  { why: "away", before: ten, after: ten.replace("line 5\nline 6\n", "") },
])("git applies what is put $why", ({ before, after }) => {
  const [file, patch] = ["a.yaml", "a.patch"].map((it) => path.join(folder, it));
  writeFileSync(file ?? "", before);
  writeFileSync(patch ?? "", unifiedDiff("a.yaml", before, after));
  execFileSync("git", ["apply", "-p0", "a.patch"], { cwd: folder });
  expect(readFileSync(file ?? "", "utf8")).toBe(after);
});

it("is empty where nothing differs", () => {
  expect(unifiedDiff("a.yaml", ten, ten)).toBe("");
});
