import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseVaried } from "../../src/scenario/vary.ts";

const textsOf = (values: string): readonly string[] | undefined =>
  parseVaried([`a.b=${values}`])[0]?.values.map(({ text }) => text);

describe("the values of a varied key", () => {
  it.each([
    { why: "whole numbers, every one", values: "1..5", texts: ["1", "2", "3", "4", "5"] },
    { why: "points equally far apart", values: "50/s..350/s:3", texts: ["50/s", "200/s", "350/s"] },
    { why: "equal factors", values: "1ms..1s:4:log", texts: ["1ms", "10ms", "100ms", "1s"] },
    { why: "the option before the count", values: "1x..4x:log:3", texts: ["1x", "2x", "4x"] },
    { why: "durations in two units", values: "500ms..2s:4", texts: ["500ms", "1s", "1.5s", "2s"] },
    { why: "shares with decimals", values: "0%..1%:3", texts: ["0%", "0.5%", "1%"] },
    {
      why: "six digits between the ends",
      values: "1.0..2:4",
      texts: ["1.0", "1.33333", "1.66667", "2"],
    },
    { why: "whole points between whole ends", values: "1..10:4", texts: ["1", "4", "7", "10"] },
    { why: "no point twice", values: "1..3:7", texts: ["1", "2", "3"] },
    { why: "below nothing", values: "-2..0", texts: ["-2", "-1", "0"] },
    { why: "a list as it stands", values: "random, p2c", texts: ["random", "p2c"] },
    { why: "one value alone", values: "30%", texts: ["30%"] },
    { why: "the ends as they were written", values: "60s..2m:2", texts: ["60s", "2m"] },
  ])("are $why: $values", ({ values, texts }) => {
    expect(textsOf(values)).toEqual(texts);
  });

  it("are read as the scenario reads them", () => {
    const [key] = parseVaried(["a=2,0.5,true,~,80/s,p2c"]);
    expect(key?.values.map(({ value }) => value)).toEqual([2, 0.5, true, null, "80/s", "p2c"]);
  });

  it("may be mappings and lists, commas and ranges in them left alone", () => {
    const list = "~, { attempts: 2, backoff: { base: 10ms, max: 1s } }, [a..b, 1], {}";
    const [key] = parseVaried([`a=${list}`]);
    expect(key?.values.map(({ value }) => value)).toEqual([
      null,
      { attempts: 2, backoff: { base: "10ms", max: "1s" } },
      ["a..b", 1],
      {},
    ]);
    expect(key?.values[1]?.text).toBe("{ attempts: 2, backoff: { base: 10ms, max: 1s } }");
  });

  it("are no parts of each other", () => {
    const both = ["a.b.c=1,2", "a.b=3"];
    expect(() => parseVaried(both)).toThrow("--vary 1: a.b.c is a part of what --vary 2 varies");
    expect(parseVaried(["a.b=1", "a.bc=1"])).toHaveLength(2);
  });

  it.each([
    { text: "a", what: "--vary 1: expected path=values", hint: "write path=1..8" },
    { text: "a=", what: "--vary 1: expected path=values", hint: "write path=1..8" },
    { text: "a=1,,2", what: "a value is missing", hint: "write 1,2,4" },
    { text: "a=1,2,1", what: "1 stands there twice", hint: "keep one" },
    { text: "a=1/s..9/s", what: "how many points", hint: "write 1/s..9/s:5" },
    { text: "a=1..9:log", what: "how many points", hint: "write 1..9:5:log" },
    { text: "a=1.5..9", what: "how many points", hint: "write 1.5..9:5" },
    { text: "a=9/s..1/s:5", what: "9/s is not below 1/s", hint: "write 1/s..9/s:5" },
    { text: "a=0..9:5:log", what: "above 0", hint: "leave log out" },
    { text: "a=1/s..9/m:5", what: "different units", hint: "write both in /s" },
    { text: "a=x..y", what: "expected numbers at both ends", hint: "a,b,c" },
    { text: "a=1..9:1", what: "2 to 10000 points", hint: ":10" },
    { text: "a=1..20000", what: "found 20000", hint: ":10" },
    { text: "a=1..9:five", what: "is no range", hint: "write 1..8" },
    { text: "a={ b: 1", what: "a bracket is not closed", hint: "{ attempts: 2 }" },
    { text: "a=1},{2", what: "a bracket is not closed", hint: "{ attempts: 2 }" },
    { text: "a={ b: ]c[ }", what: "is no YAML", hint: "as in the scenario" },
    { text: "a=1..2..3", what: "is no range", hint: "write 1..8" },
  ])("are refused: $text", ({ text, what, hint }) => {
    expect(() => parseVaried([text])).toThrow(UsageError);
    expect(() => parseVaried([text])).toThrow(what);
    expect(() => parseVaried([text])).toThrow(`hint: `);
    expect(() => parseVaried([text])).toThrow(hint);
  });

  it("are of up to four keys, each of its own, and all that is wrong is said at once", () => {
    expect(() => parseVaried([])).toThrow("1 to 4 keys");
    expect(() => parseVaried(["a=1", "b=1", "c=1", "d=1", "e=1"])).toThrow("found 5");
    expect(() => parseVaried(["a=1,2", "b=1", "a=3"])).toThrow("--vary 3: a is varied by --vary 1");
    expect(() => parseVaried(["a", "b=1,1"])).toThrow(/--vary 1: [\s\S]*--vary 2: b: 1 stands/);
  });
});
