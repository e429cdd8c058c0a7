import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Knee } from "../../src/record/knee-result.ts";
import type { Profile } from "../../src/record/profile-result.ts";
import { renderKneePage } from "../../src/report/knee-page.ts";
import { renderProfilePage } from "../../src/report/profile-page.ts";
import { blankCanvases, chartLibrary, cutOff, executablePath, flags } from "../support/browser.ts";
import { hostileResult, simulatedResult } from "../support/sample-result.ts";

/** The pages of a profile and of a knee in a real browser. */

const hostile = hostileResult();
const { environment, scenario } = simulatedResult();
const about = {
  partial: true,
  environment,
  scenario: { ...scenario, title: hostile.scenario.title },
  variant: hostile.variants[0]?.name ?? "",
};

const profile: Profile = {
  ...{ schema: "tillstorm.profile/1", ...about, changeCount: 3, jointConfidence: 0.95 },
  baseline: { latencyMeanMs: 812.5, latencyP99Ms: 9_540, uncreditedRatio: 0.42 },
  rows: [
    {
      ...{ kind: "worker", target: "bank.a-stage-with-quite-a-long-name-indeed" },
      effects: [
        { metric: "uncreditedRatio", difference: -0.2, low: -0.3, high: -0.1, effect: "better" },
        { metric: "latencyP99Ms", difference: 900, low: 100, high: 1_700, effect: "worse" },
        { metric: "latencyMeanMs", difference: 3, low: -4, high: 10, effect: "none shown" },
      ],
    },
    { kind: "replica", target: "bank", effects: [] },
  ],
};

const knee: Knee = {
  ...{ schema: "tillstorm.knee/1", ...about, gates: ["uncredited_rate < 1%"] },
  points: [0.1, 0.5, 1, 1.5, 2].map((load) => ({
    ...{ load, offeredPerSecond: 80 * load, creditedPerSecond: load < 1.5 ? 79 * load : 20 },
    ...{ latencyP50Ms: 100 * load, latencyP99Ms: 900 * load ** 3 },
    ...{ uncreditedRatio: load < 1.5 ? 0.001 : 0.8, holds: load < 1.5 },
  })),
  pointCount: 5,
  knee: { lastGoodLoad: 1.48, firstBadLoad: 1.5 },
  latencyKneeLoad: 1,
  collapse: { lastGoodLoad: 1.48, firstBadLoad: 1.5 },
  usl: {
    ...{ unitLoad: 0.1, lambdaPerSecond: 8, sigma: 0.01, kappa: 0.0012, peakLoad: 2.8 },
    ...{ r2: 0.81, isPoor: true },
  },
  hysteresis: {
    ...{ spikeLoad: 3, spikeFromMs: 12_000, spikeForMs: 6_000, isMetastable: true },
    tests: [
      {
        ...{ load: 0.4, state: "stuck", uncreditedRatio: 1, controlRatio: 0.001 },
        ...{ waitingHalfway: 12_345, waitingAtEnd: 23_456 },
      },
    ],
    edge: null,
  },
  notes: ["recorded arrivals and closed populations cannot surge: no test of hysteresis"],
};

describe.skipIf(executablePath === undefined)(
  executablePath === undefined
    ? "pages of searches in a browser: SKIPPED, no Chromium found (set TILLSTORM_CHROMIUM to its path)"
    : "pages of searches in a browser",
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "tillstorm-search-"));
      browser = await chromium.launch({ executablePath: executablePath ?? "", args: flags });
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const cases = [
      { name: "a profile", text: renderProfilePage(profile), canvasCount: 0 },
      { name: "a knee", text: renderKneePage(knee, { chartLibrary }), canvasCount: 3 },
    ].flatMap((it) => [1_280, 390].map((width) => ({ ...it, width })));

    it.each(cases)("show $name at $width px whole, alone and without error", async (it) => {
      const file = join(folder, "page.html");
      writeFileSync(file, it.text);
      const page = await browser.newPage({ viewport: { width: it.width, height: 900 } });
      const wrongs: string[] = [];
      page.on("pageerror", (error) => wrongs.push(`error: ${error.message}`));
      page.on("console", (message) => wrongs.push(`console: ${message.text()}`));
      page.on("request", (request) => {
        if (!/^(?:file|data):/.test(request.url())) wrongs.push(`request: ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);
      expect(await page.evaluate(`document.querySelectorAll("canvas").length`)).toBe(
        it.canvasCount,
      );
      expect(await page.evaluate(blankCanvases)).toEqual([]);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect(width).toBeLessThanOrEqual(it.width);
      expect(await page.evaluate(cutOff)).toEqual([]);
      expect(await page.evaluate("typeof hacked")).toBe("undefined");
      expect(wrongs).toEqual([]);
      await page.close();
    });
  },
);
