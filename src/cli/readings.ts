import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Knee } from "../record/knee-result.ts";
import type { PlanResult } from "../record/plan-result.ts";
import type { Profile } from "../record/profile-result.ts";
import type { Result } from "../record/result.ts";
import type { Sweep } from "../record/sweep-result.ts";
import { renderKneePage } from "../report/knee-page.ts";
import { renderKneeText } from "../report/knee-text.ts";
import { renderPage } from "../report/page.ts";
import { renderPlanPage } from "../report/plan-page.ts";
import { renderPlanText } from "../report/plan-text.ts";
import { renderProfilePage } from "../report/profile-page.ts";
import { renderProfileText } from "../report/profile-text.ts";
import { renderSummary } from "../report/summary.ts";
import { renderSweepPage } from "../report/sweep-page.ts";
import { renderSweepText } from "../report/sweep-text.ts";

/** What people read of something that was measured. */
export type Reading = {
  /** Name of the page's file in its folder. */
  readonly pageFile: string;
  readonly page: string;
  /** For the terminal. */
  readonly text: string;
};

export function readingOfResult(result: Result, pageFile = "report.html"): Reading {
  return { pageFile, page: renderPage(result, pageAssets()), text: renderSummary(result) };
}

export function readingOfPlan(plan: PlanResult): Reading {
  const page = renderPlanPage(plan, pageAssets());
  return { pageFile: "report.html", page, text: renderPlanText(plan) };
}

export function readingOfSweep(sweep: Sweep): Reading {
  const page = renderSweepPage(sweep, pageAssets());
  return { pageFile: "report.html", page, text: renderSweepText(sweep) };
}

export function readingOfKnee(knee: Knee): Reading {
  const page = renderKneePage(knee, pageAssets());
  return { pageFile: "knee.html", page, text: renderKneeText(knee) };
}

export function readingOfProfile(profile: Profile): Reading {
  const page = renderProfilePage(profile);
  return { pageFile: "profile.html", page, text: renderProfileText(profile) };
}

/** chart.js as one script, to be put into the page. */
function pageAssets(): { readonly chartLibrary: string } {
  const entry = createRequire(import.meta.url).resolve("chart.js");
  return { chartLibrary: readFileSync(path.join(path.dirname(entry), "chart.umd.min.js"), "utf8") };
}
