import { describe, expect, it } from "vitest";
import { policyCountNames, policyCounts } from "../../src/domain/policy-count.ts";
import { Result, renderResult } from "../../src/record/result.ts";
import { renderGlossary } from "../../src/report/glossary.ts";
import { renderPage } from "../../src/report/page.ts";
import { renderRemedies } from "../../src/report/remedies.ts";
import { meaningOfCount, nameOfCount } from "../../src/report/remedy-words.ts";
import { renderStations } from "../../src/report/stations.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { liveResult, remediedResult, simulatedResult } from "../support/sample-result.ts";

const remedied = remediedResult();
/** The variant of that name, which the result has. */
function variantOf(result: Result, name: string): Result["variants"][number] {
  const variant = result.variants.find((it) => it.name === name);
  if (variant === undefined) throw new Error(`no variant ${name}`);
  return variant;
}

/** The cells of each row of a table, as text. */
function rowsOf(markup: string): readonly (readonly string[])[] {
  const [, body = ""] = /<tbody>([\s\S]*?)<\/tbody>/.exec(markup) ?? [];
  return [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = ""]) => cell),
  );
}

describe("what the remedies did", () => {
  const markup = renderRemedies(remedied, variantOf(remedied, "retry-with-budget")).markup;
  const rows = rowsOf(markup);

  it("is told site by site, in one order, with the prediction and what is meant", () => {
    expect(rows.map(([site, what, count, predicted]) => [site, what, count, predicted])).toEqual([
      ["operator.forward", "attempts", "15,730", "15,702"],
      ["operator.forward", "retries", "402", "0"],
      ["operator.forward", "budget spent", "0", "5"],
      ["operator.forward", "breaker rejected", "4,211", "0"],
      ["operator.forward", "breaker opened", "3", "0"],
      ["traffic.activations", "attempts", "18,004", "0"],
      ["traffic.activations", "health changes", "2", "0"],
      ["bank", "rate limited", "88", "0"],
      ["bank", "count of tomorrow", "7", "0"],
    ]);
    expect(rows[1]?.[4]).toBe("attempts after a failed one");
  });

  it("shows what a newer version counted, without a meaning", () => {
    expect(rows.at(-1)?.[4]).toBe("–");
  });

  it("has no column of predictions where nothing was predicted", () => {
    const simulated: Result = { ...remedied, mode: "simulated", predictions: [] };
    const variant = variantOf(simulated, "retry-with-budget");
    const { markup: alone } = renderRemedies(simulated, variant);
    expect(alone).not.toContain("predicted");
    expect(rowsOf(alone)[0]).toEqual([
      "operator.forward",
      "attempts",
      "15,730",
      policyCounts.attempts,
    ]);
  });

  it("is silent of a variant without remedies, and of one whose remedies did nothing", () => {
    const baseline = variantOf(remedied, "baseline");
    expect(renderRemedies(remedied, baseline).markup).toBe("");
    const idle = { ...baseline, policies: [{ site: "bank", counts: {} }] };
    expect(renderRemedies(remedied, idle).markup).toBe("");
  });

  it("stands once in the section of each variant that has it", () => {
    const page = renderPage(remedied, { chartLibrary: "" });
    expect(page.match(/What the remedies did/g)).toHaveLength(2);
    for (const result of [liveResult(), simulatedResult()]) {
      const plain = renderPage(result, { chartLibrary: "" });
      for (const word of ["remedies", "expired", "killed", "(site)"]) {
        expect(plain).not.toContain(word);
      }
    }
  });

  it("comes back from a stored result", () => {
    expect(Result.parse(JSON.parse(renderResult(remedied)))).toEqual(remedied);
  });
});

describe("the words", () => {
  it("name and explain every count", () => {
    expect(policyCountNames.length).toBeGreaterThan(10);
    for (const name of policyCountNames) {
      expect(nameOfCount(name)).toMatch(/^[a-z]+(?: [a-z]+)*$/);
      expect(meaningOfCount(name)).toMatch(/^[a-z].*[^.]$/);
    }
  });

  it.each([
    { count: "leftForPeople", name: "left for people" },
    { count: "attempts", name: "attempts" },
  ])("read $count as $name", ({ count, name }) => {
    expect(nameOfCount(count)).toBe(name);
  });
});

describe("the station table", () => {
  const cells = (name: string) => rowsOf(renderStations(variantOf(remedied, name)).markup);

  it("tells whose deadline passed and who was killed, where there was anyone", () => {
    const rows = cells("retry-with-budget");
    expect(rows.find(([station]) => station === "bank.risk")?.slice(-2)).toEqual(["1,312", "9"]);
    expect(rows.find(([station]) => station === "bank.post")?.slice(-2)).toEqual(["0", "0"]);
  });

  it("has no column for them elsewhere", () => {
    const [plain, struck] = [cells("baseline"), cells("retry-with-budget")];
    expect(plain[0]).toHaveLength((struck[0]?.length ?? 0) - 2);
  });
});

it("the glossary explains the remedies that were at work, and no others", () => {
  const { markup } = renderGlossary(remedied);
  for (const name of ["attempts (site)", "budget spent (site)", "expired", "killed", "site"]) {
    expect(markup).toContain(`<dt>${name}</dt>`);
  }
  expect(markup).toContain("Attempts after a failed one. [count]");
  expect(markup).not.toContain("<dt>hedges");
  expect(renderGlossary(liveResult()).markup).not.toContain("(site)");
});

describe("the summary", () => {
  const text = renderSummary(remedied);

  it("has a line for each site", () => {
    expect(text).toMatch(
      /\nRemedies:\n {2}- retry-with-budget, operator\.forward: attempts 15,730 · retries 402 · /,
    );
    expect(text).toContain("  - second-bank, bank: rate limited 88 · count of tomorrow 7\n");
    expect(text).not.toContain("baseline, operator.forward");
  });

  it("says nothing of remedies where there were none", () => {
    expect(renderSummary(liveResult())).not.toContain("Remedies");
  });
});
