import { describe, expect, it } from "vitest";
import { profileCommand } from "../../src/cli/profile.ts";
import { UsageError } from "../../src/kernel/errors.ts";
import { Profile } from "../../src/record/profile-result.ts";
import { renderProfilePage } from "../../src/report/profile-page.ts";
import { fakeIo } from "./fake-io.ts";

/** A bank whose one worker is busy for 85 % of the time behind a check that never is. */
const text = `
name: tight
title: A <tight> bank
seed: profile
duration: 1m
traffic:
  asks: { calls: bank.serve, arrivals: { poisson: { rate: 17/s } } }
services:
  bank:
    stages:
      check: { workers: 50, time: 1ms }
      serve: { workers: 1, time: { exponential: { mean: 50ms } } }
    operations: { serve: [check, serve] }
`;

async function profiled(flags: Readonly<Record<string, unknown>> = {}) {
  const io = fakeIo({ "tight.yaml": text });
  const before = process.exitCode;
  await profileCommand(io).handler({
    ...{ scenario: "tight.yaml", variant: "baseline", seeds: 10, json: false, quiet: true },
    ...{ workers: 1, out: "out", ...flags, _: ["profile"], $0: "tillstorm" },
  });
  const exitCode = process.exitCode;
  process.exitCode = before;
  return { io, exitCode };
}

describe("tillstorm profile", () => {
  it("ranks what is worth the most first, in the terminal, as JSON and on the page", async () => {
    const { io, exitCode } = await profiled();
    expect(exitCode).toBe(0);
    const printed = io.printed.join("\n");
    expect(printed).toMatch(/^Worth the most: bank(\.serve)?: one (worker|replica) more: latency/);
    expect(printed).toContain("report: out/profile.html");
    for (const line of printed.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    const profile = Profile.parse(JSON.parse(io.files.get("out/profile.json") ?? ""));
    expect(profile).toMatchObject({ partial: false, changeCount: 5, variant: "baseline" });
    const order = profile.rows.map(({ kind, target }) => `${kind} ${target}`);
    expect(order.indexOf("worker bank.serve")).toBeLessThan(order.indexOf("faster bank.serve"));
    expect(order.indexOf("faster bank.serve")).toBeLessThan(order.indexOf("worker bank.check"));
    const check = profile.rows.find((it) => it.kind === "worker" && it.target === "bank.check");
    expect(check?.effects.map((it) => it.difference)).toEqual([0, 0, 0]);
    const page = io.files.get("out/profile.html") ?? "";
    expect(page).toBe(renderProfilePage(profile));
    expect(page).toContain("A &lt;tight&gt; bank");
    expect(page).toContain("bank.serve: one worker more");
  });

  it("is the same for one seed, and prints JSON alone where that is asked for", async () => {
    const { io } = await profiled({ json: true, out: undefined });
    expect(io.files.size).toBe(1);
    const once = Profile.parse(JSON.parse(io.printed.join("\n")));
    const again = await profiled();
    const { environment: _, ...rest } = Profile.parse(
      JSON.parse(again.io.files.get("out/profile.json") ?? ""),
    );
    const { environment: __, ...first } = once;
    expect(rest).toEqual(first);
  });

  it("tries only changes of the stages that are asked for, and says so", async () => {
    const { io } = await profiled({ stages: ["bank.s*"] });
    const profile = Profile.parse(JSON.parse(io.files.get("out/profile.json") ?? ""));
    expect(profile).toMatchObject({ changeCount: 2, stages: ["bank.serve"] });
    const changes = profile.rows.map(({ kind, target }) => `${kind} ${target}`);
    expect(changes.sort()).toEqual(["faster bank.serve", "worker bank.serve"]);
    const words = "Only changes of bank.serve were to try.";
    expect(io.printed.join("\n")).toContain(words);
    expect(io.files.get("out/profile.html")).toContain(words);
    const whole = await profiled();
    expect(whole.io.files.get("out/profile.html")).not.toContain("were to try.</p>");
  });

  it.each([
    { flags: { seeds: 9 }, says: "--seeds: expected a whole number from 10 to 1000" },
    { flags: { variant: "other" }, says: "--variant other: tight.yaml has no such variant" },
    { flags: { workers: 0 }, says: "--workers" },
  ])("says what is wrong with $flags", async ({ flags, says }) => {
    const failure = await profiled(flags).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UsageError);
    if (failure instanceof UsageError) expect(failure.problems[0]?.what).toContain(says);
  });
});
