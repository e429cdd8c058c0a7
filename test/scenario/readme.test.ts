import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { callPolicies } from "../../src/chain/call-policies.ts";
import { CallSpec, ServiceSpec, StageSpec } from "../../src/chain/service-spec.ts";
import { DownKind, Fault } from "../../src/fault/fault.ts";
import { renderReference } from "../../src/scenario/reference.ts";

/** The README's tables of remedies and troubles are written by hand: this holds them to the schema. */

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The cells of the tables of one chapter, without their heads. */
function rowsOf(chapter: string): readonly (readonly string[])[] {
  const [, text = ""] = readme.split(`\n## ${chapter}\n`);
  const [own = ""] = text.split("\n## ");
  return own
    .split("\n")
    .filter((line) => line.startsWith("|") && !line.startsWith("| ---"))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\|\s*|\s*\|$/g, "")));
}

/** What stands between backticks. */
function codeIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** The default of each key, as the reference writes it, by the path of the key. */
const defaults = new Map(
  renderReference()
    .split("\n")
    .flatMap((line): [string, string][] => {
      const [, path, written] =
        /^\| `([^`]+)` \| .*? \| (?:`([^`]*)`|required|) \| /.exec(line) ?? [];
      return path === undefined || written === undefined ? [] : [[path, written]];
    }),
);

/** Every `key: default` of a cell that the schema does not say, for the key whose row it is. */
function wrongDefaults(key: string, cell: string): readonly string[] {
  return codeIn(cell).flatMap((code) => {
    const [, below, value] = /^([\w.-]+): (.+)$/.exec(code) ?? [];
    const path = below === undefined ? `.${key}` : `.${key}.${below}`;
    const found = [...defaults].filter(([it]) => it.endsWith(path));
    const isRight = found.length > 0 && found.every(([, written]) => written === (value ?? code));
    return isRight ? [] : [`${key}: ${code}`];
  });
}

describe("the README's tables of remedies", () => {
  const rows = rowsOf("Remedies");
  const keys = rows.flatMap(([key = ""]) => codeIn(key));

  it("have every remedy", () => {
    const ofCall = [...Object.keys(callPolicies), "store", "to"];
    for (const key of ofCall) expect(Object.keys(CallSpec.shape)).toContain(key);
    const others = ["queue", "shed", "rateLimit", "adaptiveLimit"];
    const called = Object.keys({ ...StageSpec.shape, ...ServiceSpec.shape });
    for (const key of others) expect(called).toContain(key);
    expect(keys).toEqual(expect.arrayContaining([...ofCall, ...others]));
  });

  it("give the defaults that the schema gives", () => {
    const wrong = rows.flatMap(([key = "", , cell = ""]) =>
      codeIn(key).flatMap((it) => wrongDefaults(it, cell)),
    );
    expect(wrong).toEqual([]);
    expect(wrongDefaults("retry", "`attempts: 4`")).toEqual(["retry: attempts: 4"]);
    expect(wrongDefaults("retry", "`tries: 3`")).toEqual(["retry: tries: 3"]);
  });
});

it("the README's table of troubles has every effect and every timing", () => {
  const rows = rowsOf("Troubles");
  const effects = rows.flatMap(([, effect = ""]) => codeIn(effect));
  const names = effects.map((it) => it.replace(/:.*/, ""));
  const others = Object.keys(Fault.shape).filter((it) => !["at", "for", "on"].includes(it));
  expect(new Set(names)).toEqual(new Set(others));
  for (const kind of DownKind.options) expect(effects).toContain(`down: ${kind}`);
  const errors = rows.find(([, effect]) => effect === "`errors`");
  expect(wrongDefaults("errors", errors?.[3] ?? "")).toEqual([]);
  expect(codeIn(errors?.[3] ?? "")).toEqual(['code: "96"']);
});
