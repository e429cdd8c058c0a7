import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Result } from "../../src/record/result.ts";
import { renderPage } from "../../src/report/page.ts";
import { renderPlanPage } from "../../src/report/plan-page.ts";
import { renderSweepPage } from "../../src/report/sweep-page.ts";
import { blankCanvases, chartLibrary, cutOff, executablePath, flags } from "../support/browser.ts";
import { emptyPlan, hostilePlan, samplePlan, tiedPlan } from "../support/sample-plan.ts";
import {
  emptyResult,
  hostileResult,
  liveResult,
  moneyResult,
  remediedResult,
  simulatedResult,
} from "../support/sample-result.ts";
import { hostileSweep, sampleSweep } from "../support/sample-sweep.ts";
import { verifiedResult } from "../support/verified-result.ts";

/** The page in a real browser: it draws, fits, fetches nothing and runs nothing that is not ours. */

describe.skipIf(executablePath === undefined)(
  executablePath === undefined
    ? "the page in a browser: SKIPPED, no Chromium found (set TILLSTORM_CHROMIUM to its path)"
    : "the page in a browser",
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "tillstorm-page-"));
      browser = await chromium.launch({ executablePath: executablePath ?? "", args: flags });
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a page, and notes all that goes wrong from then on. */
    async function open(markup: string, width: number): Promise<{ page: Page; wrongs: string[] }> {
      const file = join(folder, "report.html");
      writeFileSync(file, markup);
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const wrongs: string[] = [];
      page.on("pageerror", (error) => wrongs.push(`error: ${error.message}`));
      page.on("console", (message) => wrongs.push(`console: ${message.text()}`));
      page.on("request", (request) => {
        if (!/^(?:file|data):/.test(request.url())) wrongs.push(`request: ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);
      return { page, wrongs };
    }

    const pageOf = (result: Result) => renderPage(result, { chartLibrary });
    const cases = [
      { name: "a live run", markup: pageOf(liveResult()) },
      { name: "a simulation", markup: pageOf(simulatedResult()) },
      { name: "a run of nothing", markup: pageOf(emptyResult()) },
      { name: "a hostile result", markup: pageOf(hostileResult()) },
      { name: "a verified run", markup: pageOf(verifiedResult()) },
      { name: "a run with remedies", markup: pageOf(remediedResult()) },
      { name: "a run with all that books can have", markup: pageOf(moneyResult()) },
      { name: "a sweep of one key", markup: renderSweepPage(sampleSweep(1), { chartLibrary }) },
      { name: "a sweep of two keys", markup: renderSweepPage(sampleSweep(2), { chartLibrary }) },
      { name: "a sweep of four keys", markup: renderSweepPage(sampleSweep(4), { chartLibrary }) },
      { name: "a plan", markup: renderPlanPage(samplePlan(), { chartLibrary }) },
      { name: "a plan with a tie", markup: renderPlanPage(tiedPlan(), { chartLibrary }) },
      { name: "a plan without an answer", markup: renderPlanPage(emptyPlan(), { chartLibrary }) },
      { name: "a hostile plan", markup: renderPlanPage(hostilePlan(), { chartLibrary }) },
      { name: "a hostile sweep", markup: renderSweepPage(hostileSweep(), { chartLibrary }) },
    ].flatMap((it) => [1_280, 390].map((width) => ({ ...it, width })));

    it.each(cases)("shows $name at $width px whole, alone and without error", async (it) => {
      const { page, wrongs } = await open(it.markup, it.width);
      expect(await page.evaluate(blankCanvases)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
        it.width,
      );
      await page.click("summary"); // The scenario's text must fit too.
      expect(await page.evaluate(cutOff)).toEqual([]);
      expect(await page.evaluate("typeof hacked")).toBe("undefined");
      expect(wrongs).toEqual([]);
      await page.close();
    });

    it("draws anew when the colour scheme changes and when the window narrows", async () => {
      const { page, wrongs } = await open(pageOf(simulatedResult()), 1_280);
      const picture = `document.querySelector("canvas").toDataURL()`;
      const light = await page.evaluate(picture);
      await page.emulateMedia({ colorScheme: "dark" });
      await expect.poll(() => page.evaluate(picture)).not.toBe(light);
      await page.setViewportSize({ width: 390, height: 900 });
      await expect
        .poll(() => page.evaluate("document.documentElement.scrollWidth"))
        .toBeLessThanOrEqual(390);
      expect(await page.evaluate(blankCanvases)).toEqual([]);
      expect(wrongs).toEqual([]);
      await page.close();
    });
  },
);
