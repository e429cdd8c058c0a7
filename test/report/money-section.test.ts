import { describe, expect, it } from "vitest";
import type { Money } from "../../src/record/money-result.ts";
import type { Result, VariantResult } from "../../src/record/result.ts";
import { renderGlossary } from "../../src/report/glossary.ts";
import { renderMoney } from "../../src/report/money-section.ts";
import {
  advanceTerms,
  closingTerms,
  moneyTerms,
  settlementTerms,
} from "../../src/report/money-terms.ts";
import { moneyResult, simulatedResult } from "../support/sample-result.ts";

const [settled, broken, silent] = moneyResult().variants;
const [plain] = simulatedResult().variants;
if (settled === undefined || broken === undefined || silent === undefined || plain === undefined) {
  throw new Error("a result without its variants");
}

/** The section as a reader sees it: one line a row or a paragraph, cells divided by bars. */
function textOf(variant: VariantResult): readonly string[] {
  return renderMoney(variant)
    .markup.replace(/\n/g, " ")
    .replace(/<\/t[hd]>\s*<t/g, " | <t")
    .replace(/<\/(?:tr|p|h3|li|caption)>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/ +/g, " ")
    .split("\n")
    .map((it) => it.trim())
    .filter((it) => it !== "");
}

function withMoney(variant: VariantResult, changes: Partial<Money>): VariantResult {
  const { money } = variant;
  if (money === undefined) throw new Error("a variant without books");
  return { ...variant, money: { ...money, ...changes } };
}

describe("the money of a plain scenario", () => {
  it("takes a verdict and two lines, and no table", () => {
    expect(textOf(plain)).toMatchInlineSnapshot(`
      [
        "The money",
        "The books are right: nothing was credited twice or for a false link or code, what merchants were told is in a ledger, and what was taken back is gone.",
        "Banks posted the credits of 5,448 activations, 47,070.72 in all; the operator wrote down the same.",
        "Until terminal, operator and ledger said the same it took, from the posting, 25 ms at the median, 100 ms at p99, 167 ms at most.",
      ]
    `);
    expect(renderMoney(plain).markup).not.toContain("<table>");
  });

  it("says so where nothing was posted", () => {
    const nothing = withMoney(plain, {
      ...{ postedCount: 0, postedMinor: 0, operatorCount: 0, operatorMinor: 0 },
    });
    expect(textOf(nothing)).toContain("Banks posted nothing.");
  });
});

it("the money of a variant in which nothing posts is no section", () => {
  expect(renderMoney(silent).markup).toBe("");
});

describe("the money of a scenario with settlement, reversals, notices and advances", () => {
  it("has a line for all that happened", () => {
    expect(textOf(settled)).toMatchInlineSnapshot(`
      [
        "The money",
        "The books are right: nothing was credited twice or for a false link or code, what merchants were told is in a ledger, and what was taken back is gone.",
        "Totals of the books of baseline",
        "Books | count | amount | Meaning",
        "posted | 17,195 | 148,564.80 | Credits that banks posted, those taken back included.",
        "taken back | 241 | 2,082.24 | Of the posted: taken back by a reversal.",
        "credits that stand | 16,954 | 146,482.56 | Posted less taken back.",
        "operator&#39;s book | 16,812 | 145,255.68 | Payments that the operator wrote down as approved, or stored to deliver later.",
        "operator less bank | −142 | −1,226.88 | The operator&#39;s book less the credits that stand: what the two would not agree on without reconciliation.",
        "found by reconciliation | 145 | 1,252.80 | Activations whose credit stands and that the operator did not know of until settlement: by rule, or where operator and bank exchange totals, only what an upload really found.",
        "notices heard | 16,947 | | Credits of which a notice reached the merchant.",
        "unheard | 7 | | Credits that stand and of which no notice reached the merchant.",
        "reversals acknowledged | 981 | | Payments that the terminal took back, and the bank confirmed it.",
        "barred | 745 | | Reversals of what was never posted: remembered, refused if it comes.",
        "reversals listed | 4 | | Not confirmed after the last try: kept for people to settle, of a live run in reversals.ndjson of its folder.",
        "reversals under way | 1 | | Neither confirmed nor given up when the run ended.",
        "pending for people | 3 | | Of the listed and the pending reversals: the credit still stands.",
        "inconsistent | 3 | | Posted, and not all said the same when the run ended.",
        "The money was settled in 3 batches. In 2 of them the operator did not know of every credit.",
        "Settlement of baseline",
        "Batch | bank | amount | operator | amount | reconciled",
        "1m | 4,100 | 35,424.00 | 4,100 | 35,424.00 | ✓ the same",
        "2m | 5,210 | 45,014.40 | 5,070 | 43,804.80 | 140 1,209.60",
        "4m2s | 3,008 | 25,989.12 | 3,003 | 25,945.92 | 5 43.20",
        "Times of the money of baseline",
        "Time | samples | p50 | p99 | most",
        "time until spendable | 16,954 | 35.8 s | 60.9 s | 83.4 s",
        "time until consistent | 17,195 | 25 ms | 100 ms | 167 ms",
        "Advance pool of baseline",
        "Advances | in all | fees | lent at once, most | outstanding",
        "5,216 | 447,302.37 | 446.32 | 233,257.97 from 2m2s on | 0.00 ✓ all returned",
      ]
    `);
  });

  it("has no line for what did not", () => {
    expect(textOf(settled).join("\n")).not.toContain("reversals deleted");
  });

  it("says that no advance was needed", () => {
    const unused = { ...{ count: 0, minor: 0, feesMinor: 0, peakMinor: 0, peakAtMs: null } };
    const variant = withMoney(settled, { advance: { ...unused, outstandingMinor: 0 } });
    expect(textOf(variant)).toContain("The advance pool was not needed.");
  });

  it("marks an advance that was never returned", () => {
    const { advance } = settled.money ?? {};
    if (advance === undefined) throw new Error("books without a pool");
    const variant = withMoney(settled, { advance: { ...advance, outstandingMinor: 4_550 } });
    expect(renderMoney(variant).markup).toContain('<span class="bad">✗ 45.50</span>');
  });

  it("shows the batches that differ most of a long settlement, in their order", () => {
    const batches = Array.from({ length: 40 }, (_, index) => ({
      ...{ atMs: index * 1_000, bankCount: 50, bankMinor: 5_000 },
      ...{ operatorCount: 50 - (index % 20), operatorMinor: 5_000 - 10 * (index % 20) },
    }));
    const text = textOf(withMoney(settled, { batches }));
    expect(text).toContain(
      "The money was settled in 40 batches. In 38 of them the operator did not know of every credit. The 12 that differ most:",
    );
    const shown = text
      .filter((it) => /^\d+s \| 50 \|/.test(it))
      .map((it) => Number.parseInt(it, 10));
    expect(shown).toEqual([14, 15, 16, 17, 18, 19, 34, 35, 36, 37, 38, 39]);
  });
});

const figures = { uploadedCount: 0, foundCount: 0, foundMinor: 0 };
const totals = { bankCount: 50, bankMinor: 5_000, operatorCount: 50, operatorMinor: 5_000 };
const closed = withMoney(settled, {
  batches: [
    {
      ...{ ...totals, atMs: 61_000 },
      closing: { state: "agreed", totalsSentAtMs: 65_000, closedAtMs: 65_100, ...figures },
    },
    {
      ...{ ...totals, atMs: 121_000, operatorCount: 48, operatorMinor: 4_800 },
      closing: {
        ...{ state: "agreedAfterUpload", totalsSentAtMs: 125_000, closedAtMs: 127_500 },
        ...{ uploadedCount: 51, foundCount: 2, foundMinor: 200 },
      },
    },
    {
      ...{ ...totals, atMs: 181_000 },
      closing: { state: "unanswered", totalsSentAtMs: 185_000, closedAtMs: null, ...figures },
    },
    { ...totals, atMs: 241_000 },
  ],
});

describe("the batches that operator and bank closed by messages", () => {
  it("are shown with how they ended and when, and who never agreed is told first", () => {
    const text = textOf(closed);
    const from = text.findIndex((it) => it.startsWith("The money was settled"));
    expect(text.slice(from, from + 7)).toEqual([
      "The money was settled in 4 batches. In 1 of them the operator did not know of every credit. " +
        "Operator and bank never agreed on 1 batch.",
      "Settlement of baseline",
      "Batch | bank | amount | operator | amount | reconciled | by messages | totals sent | closed | uploaded | found",
      "1m1s | 50 | 50.00 | 50 | 50.00 | ✓ the same | ✓ agreed | 1m5s | 1m5s | 0 | 0 0.00",
      "2m1s | 50 | 50.00 | 48 | 48.00 | 2 2.00 | ✓ agreed after upload | 2m5s | 2m8s | 51 | 2 2.00",
      "3m1s | 50 | 50.00 | 50 | 50.00 | ✓ the same | ✗ unanswered | 3m5s | – | 0 | 0 0.00",
      "4m1s | 50 | 50.00 | 50 | 50.00 | ✓ the same | – | – | – | 0 | 0 0.00",
    ]);
  });
});

describe("the money of a variant whose auditor found broken rules", () => {
  it("names them first, with examples and how to see one happen", () => {
    expect(textOf(broken).slice(0, 9)).toMatchInlineSnapshot(`
      [
        "The money",
        "The books are wrong: 3 rules of the auditor broken, 4 times in all.",
        "✗ 2 Credited more than once. twice",
        "✗ 1 The terminal believes that it failed and took it back, and the credit stands. one-sided",
        "✗ 1 Debits and credits of the ledger differ. unbalanced",
        "The first 2 of 4 broken rules of forgetful",
        "Activation | Rule | planned | amount | terminal says | operator says | ledger says",
        "pos#12 | one-sided | 2.3s | 1,234.56 | timedOut at 8.351 s, reversal deleted | unknown | posted at 3.012 s",
        "– | unbalanced | | | – | – | bank: debits 1,000, credits 1,001",
      ]
    `);
  });

  it("shows what is not told side by side as it is", () => {
    const what = "something of another version";
    const example = {
      rule: "oneSided",
      activation: "pos#1",
      plannedMs: 1,
      amountMinor: 2,
      what,
    } as const;
    const text = textOf(withMoney(broken, { examples: [example] }));
    expect(text).toContain(`pos#1 | one-sided | 1ms | 0.02 | – | – | ${what}`);
  });

  it("says where examples are but the first", () => {
    expect(textOf(broken)).toContain("The first 2 of 4 broken rules of forgetful");
  });
});

describe("the glossary", () => {
  const glossaryOf = (...variants: readonly VariantResult[]): string =>
    renderGlossary({ ...moneyResult(), variants: [...variants] } satisfies Result).markup;
  const names = (terms: Readonly<Record<string, { readonly name: string }>>) =>
    Object.values(terms).map(({ name }) => `<dt>${name.replace("'", "&#39;")}</dt>`);

  it("has every figure of the books, each with its unit", () => {
    const markup = glossaryOf(settled);
    for (const terms of [moneyTerms, settlementTerms, advanceTerms]) {
      for (const name of names(terms)) expect(markup).toContain(name);
      for (const { meaning } of Object.values(terms)) expect(meaning).toMatch(/^[A-Z].*\. \[.+\]$/);
    }
  });

  it("has the figures of closings where there was one", () => {
    expect(glossaryOf(settled)).not.toContain(names(closingTerms)[0]);
    const markup = glossaryOf(closed);
    for (const name of names(closingTerms)) expect(markup).toContain(name);
    for (const { meaning } of Object.values(closingTerms)) {
      expect(meaning).toMatch(/^[A-Z].*\. \[.+\]$/);
    }
  });

  it("leaves out what a run did not have", () => {
    expect(glossaryOf(plain)).not.toContain(names(advanceTerms)[0]);
    expect(glossaryOf(silent)).not.toContain(names(moneyTerms)[0]);
  });
});
