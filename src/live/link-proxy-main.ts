import assert from "node:assert/strict";
import { LinkFaults } from "../fault/link-faults.ts";
import { onMessage, tellParent } from "./child-side.ts";
import type { Endpoint } from "./http-transport.ts";
import { LinkProxy } from "./link-proxy.ts";
import type { ProxyConfig, ProxyLink, ProxyRecord } from "./messages.ts";
import { raisePriority } from "./process-priority.ts";
import { WallClock } from "./wall-clock.ts";

/** The link proxy: one process that stands for every link of a run that has faults. */

type OpenLink = {
  readonly link: string;
  readonly proxy: LinkProxy;
  readonly endpoints: readonly Endpoint[];
};

/** Plain timers: a clock that naps for precision holds up what passes meanwhile, and gained nothing. */
const clock = new WallClock("timer");
/** In the order in which they were asked for. */
const links: OpenLink[] = [];

/** Opens the links that are not open yet: servers come up one after the other. */
async function configure(config: ProxyConfig): Promise<void> {
  assert(
    links.every(({ link }, place) => config.links[place]?.link === link),
    "an open link stays where it is",
  );
  for (const link of config.links.slice(links.length)) links.push(await open(link, config));
  tellParent({ kind: "proxy-ready", endpoints: links.map(({ endpoints }) => endpoints) });
}

async function open(
  { link, faults, targets, patienceMs }: ProxyLink,
  config: ProxyConfig,
): Promise<OpenLink> {
  const { seed, untilMs, windowFromMs } = config;
  const fate = new LinkFaults({ link, faults, seed, untilMs, windowFromMs });
  const proxy = new LinkProxy({ clock, fate, targets, patienceMs, onBug: failRun });
  return { link, proxy, endpoints: await proxy.open() };
}

/** A run whose link does not do what it should proves nothing: the parent ends it. */
function failRun(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tellParent({ kind: "failed", message });
}

function record(): ProxyRecord {
  return {
    links: links.map(({ link, proxy }) => ({
      link,
      ...proxy.counts,
      strayKeys: proxy.strayKeys,
    })),
    latenessP99Ms: clock.lateness.quantileMs(0.99),
  };
}

raisePriority();
onMessage(async (message) => {
  if (message.kind === "configure-proxy") await configure(message.config);
  else if (message.kind === "start") clock.start(message.epochMs);
  else if (message.kind === "finish") tellParent({ kind: "proxy-record", record: record() });
});
