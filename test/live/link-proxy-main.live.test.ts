import { afterEach, describe, expect, it } from "vitest";
import { Fault } from "../../src/fault/fault.ts";
import { Child } from "../../src/live/child.ts";
import type { ProxyConfig, ProxyLink } from "../../src/live/messages.ts";
import { monotonicMs } from "../../src/live/wall-clock.ts";
import { connect, Listener } from "./http-raw-server.ts";
import { approved, listenBank, pay } from "./link-under-test.ts";

const ok = `200 ${approved}`;
const children: Child[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await child.end();
});

/** A link with one fault that begins with the scenario. */
function linkWith(link: string, effect: object, port: number): ProxyLink {
  const fault = Fault.parse({ at: "0s", on: link, ...effect });
  return {
    link,
    faults: [{ fault, index: 0 }],
    targets: [{ host: "127.0.0.1", port }],
    patienceMs: 500,
  };
}

const configOf = (links: readonly ProxyLink[]): ProxyConfig => ({
  ...{ seed: "s", windowFromMs: 0, untilMs: 60_000, links },
});

async function portsOf(child: Child, links: readonly ProxyLink[]) {
  const ready = child.hear("proxy-ready");
  child.tell({ kind: "configure-proxy", config: configOf(links) });
  return (await ready).endpoints.map((targets) => targets.map(({ port }) => port));
}

describe("the process of the link proxy", () => {
  it("opens links as servers come up, and does what their faults demand once the run begins", async () => {
    const child = new Child("the link proxy", "src/live/link-proxy-main.js");
    children.push(child);
    await child.booted;
    const bank = await listenBank();
    const slow = linkWith("operator-bank", { latency: "60ms" }, bank.port);
    const cut = linkWith("terminal-operator", { partition: "both" }, bank.port);
    const [[slowPort = 0] = []] = await portsOf(child, [slow]);
    const both = await portsOf(child, [slow, cut]);
    expect(both).toEqual([[slowPort], [expect.any(Number)]]);
    const overSlow = connect(slowPort);
    const overCut = connect(both[1]?.[0] ?? 0);
    const heard = new Listener();
    overSlow.send(pay(1), heard, 1);
    await heard.count(1);
    overCut.send(pay(2), heard, 2);
    expect(await heard.count(2)).toEqual([`1: ${ok}`, `2: ${ok}`]);
    child.tell({ kind: "start", epochMs: monotonicMs() });
    // Until it has heard of the start, messages pass.
    const recordOf = async () => {
      const record = child.hear("proxy-record");
      child.tell({ kind: "finish" });
      return (await record).record;
    };
    await recordOf();
    overCut.send(pay(3), heard, 3);
    const sinceMs = monotonicMs();
    overSlow.send(pay(4), heard, 4);
    await heard.count(3);
    expect(monotonicMs() - sinceMs).toBeGreaterThan(118);
    expect(heard.heard.at(-1)).toBe(`4: ${ok}`);
    expect(bank.bodies).toHaveLength(3);
    expect(await recordOf()).toEqual({
      links: [
        {
          link: "operator-bank",
          ...{ messages: 2, lost: 0, reset: 0, corrupted: 0, doubled: 0, delayed: 2 },
          strayKeys: [],
        },
        {
          link: "terminal-operator",
          ...{ messages: 1, lost: 1, reset: 0, corrupted: 0, doubled: 0, delayed: 0 },
          strayKeys: [expect.any(Number), expect.any(Number)],
        },
      ],
      latenessP99Ms: expect.any(Number),
    });
  });
});
