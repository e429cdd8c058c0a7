import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { builtFile } from "../../src/live/built-file.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { isAlive } from "../support/cli.ts";
import { scratchFile } from "../support/scratch-file.ts";
import { bankScenario, configOf } from "./bank-under-test.ts";
import { outcomeOf } from "./standalone-bank.ts";

type Started = { readonly pid: number; readonly port: number };

/** A process that starts two replicas of a bank, and says so. */
async function startParent() {
  const { scenario, seed, span } = configOf(
    bankScenario().replace("    stages:", "    replicas: 2\n    stages:"),
  );
  const fleetUrl = pathToFileURL(builtFile("src/live/fleet.js")).href;
  const script = `
    import { Fleet } from ${JSON.stringify(fleetUrl)};
    const options = ${JSON.stringify({ scenario, seed, span, services: ["bank"] })};
    const folder = ${JSON.stringify(dirname(scratchFile()))};
    const fleet = await Fleet.start({ ...options, folder });
    fleet.beginRun(Number(process.hrtime.bigint() / 1000n) / 1000);
    const ports = fleet.endpoints.bank.map(({ port }) => port);
    console.log(JSON.stringify(fleet.seats.map(({ pid }, i) => ({ pid, port: ports[i] }))));
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  const replicas: Started[] = JSON.parse((await lines.next()).value);
  return { parent, replicas };
}

describe("the process of a replica", () => {
  it("ends by itself within three seconds when its parent is killed", async () => {
    const { parent, replicas } = await startParent();
    expect(replicas).toHaveLength(2);
    for (const { port } of replicas) expect(await outcomeOf(port)).toBe("200 00");
    expect(replicas.map(({ pid }) => isAlive(pid))).toEqual([true, true]);
    parent.kill("SIGKILL");
    await once(parent, "exit");
    const killedMs = monotonicMs();
    const isAnyAlive = () => replicas.some(({ pid }) => isAlive(pid));
    await expect.poll(isAnyAlive, { timeout: 20_000, interval: 20 }).toBe(false);
    expect(monotonicMs() - killedMs).toBeLessThan(3_000);
    for (const { port } of replicas) expect(await outcomeOf(port)).toBe("ECONNREFUSED");
  });
});
