import { describe, expect, it } from "vitest";
import { Sweep } from "../../src/record/sweep-result.ts";
import { renderSweepCsv } from "../../src/report/sweep-csv.ts";
import { renderSweepPage } from "../../src/report/sweep-page.ts";
import { renderSweepText } from "../../src/report/sweep-text.ts";
import { shortNames } from "../../src/report/sweep-words.ts";
import { hostileSweep, sampleSweep } from "../support/sample-sweep.ts";

const chartLibrary = "/* the chart library */";
const render = (sweep: Sweep): string => renderSweepPage(sweep, { chartLibrary });

describe.each([1, 2, 3, 4] as const)("the page of a sweep of %i keys", (keyCount) => {
  const sweep = sampleSweep(keyCount);
  const page = render(sweep);

  it("is a pure function of the sweep", () => {
    expect(render(Sweep.parse(JSON.parse(JSON.stringify(sweep))))).toBe(page);
  });

  it("fetches nothing, has each id once, and no link to nowhere", () => {
    expect(page).not.toMatch(/\s(?:src|href)="(?!#|data:)/);
    expect(page).not.toMatch(/@import|url\(/);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it("draws one key as curves, more as maps: one for each figure, station and gates", () => {
    const canvasCount = page.match(/<canvas /g)?.length ?? 0;
    const mapCount = page.match(/<div class="map">/g)?.length ?? 0;
    expect([canvasCount, mapCount]).toEqual(
      { 1: [3, 0], 2: [0, 5], 3: [0, 10], 4: [0, 20] }[keyCount],
    );
  });
});

describe("a map", () => {
  const map = (title: string): string => {
    const page = render(sampleSweep(2));
    const start = page.indexOf(`<div class="map"><p><strong>${title}`);
    return page.slice(start, page.indexOf("</table>", start));
  };

  it("has a cell for each pair of values, the more the darker", () => {
    const heats = [...map("uncredited_rate").matchAll(/--heat:(\d+)%">([^<]*)</g)];
    expect(heats).toHaveLength(12);
    expect(heats.map((match) => match[2])).toContain("75%");
    const most = heats.find((match) => match[2] === "75%");
    const least = heats.find((match) => match[2] === "0%");
    expect([Number(most?.[1]), Number(least?.[1])]).toEqual([62, 0]);
  });

  it("shows good figures in the colour of credited money", () => {
    expect(map("credited_per_second")).toContain("--hot:var(--credited)");
    expect(map("uncredited_rate")).toContain("--hot:var(--lost)");
  });

  it("says which cells were not run", () => {
    expect(render(sampleSweep(2, true)).match(/not run/g)).toHaveLength(5);
    expect(render(sampleSweep(2))).not.toContain("not run");
  });
});

it("lets no text of a sweep inject markup", () => {
  const page = render(hostileSweep());
  expect(page).toContain("&lt;img src=x");
  expect(page).not.toContain("<img");
  expect(page.match(/<script/g)).toHaveLength(
    render(sampleSweep(2)).match(/<script/g)?.length ?? 0,
  );
});

describe("the table on the terminal", () => {
  it("has a row a cell, and says how many hold", () => {
    const lines = renderSweepText(sampleSweep(2)).split("\n");
    expect(lines[0]).toBe("Every gate holds in 6 of 12 cells.");
    expect(lines.filter((it) => /bank\.risk +\d|✓ pass|✗ fail/.test(it))).toHaveLength(12);
    expect(lines).toContain("bank.replicas: services.bank.replicas");
  });

  it("says how much is missing after an interruption", () => {
    expect(renderSweepText(sampleSweep(2, true))).toMatch(
      /^Interrupted: 11 of 12 cells are finished/,
    );
    expect(renderSweepText({ ...sampleSweep(1, true), cells: [] })).toContain(
      "Nothing can be said",
    );
  });

  it("shows intervals where there are several runs", () => {
    expect(renderSweepText(sampleSweep(1))).toMatch(/200 ms ±20 ms/);
    expect(renderSweepText(sampleSweep(2))).not.toContain("±");
  });

  it("is bounded", () => {
    const sweep = sampleSweep(1);
    const cells = Array.from({ length: 1_000 }, () => sweep.cells[0]).filter(
      (it) => it !== undefined,
    );
    const text = renderSweepText({ ...sweep, cells });
    expect(text.split("\n").length).toBeLessThan(220);
    expect(text).toContain("… and 800 cells more");
  });
});

describe("CSV", () => {
  it("has a head with units, a row a cell, and empty fields for nothing", () => {
    const [head, first, second] = renderSweepCsv(sampleSweep(2)).split("\n");
    expect(head).toBe(
      "services.bank.replicas,traffic.activations.arrivals.poisson.rate,uncredited_rate [ratio]," +
        "p99(time_to_credit) [ms],credited_per_second [per-second],busiest_station," +
        "busiest_working [ratio],gates_failed,passed",
    );
    expect(first).toBe("1,50/s,0,,50,,,,true");
    expect(second).toMatch(
      /^1,200\/s,0\.25,400,25,bank\.risk,0\.66\d+,uncredited_rate < 1%,false$/,
    );
    expect(renderSweepCsv(sampleSweep(1))).toContain("uncredited_rate [ratio] low");
  });

  it("quotes what needs quotes", () => {
    expect(renderSweepCsv(hostileSweep())).toContain(`"</script><img src=x onerror=""hacked=1"">"`);
  });
});

it("shortens paths as long as they stay apart", () => {
  expect(shortNames(["services.bank.replicas", "services.operator.replicas"])).toEqual([
    ...["bank.replicas", "operator.replicas"],
  ]);
  const alike = ["services.a.stages.risk.time", "services.b.stages.risk.time"];
  expect(shortNames(alike)).toEqual(alike);
});
