import { streamTarget } from "../chain/chain-spec.ts";
import { linkName, terminalEnd } from "../chain/network.ts";
import { servicesAsked } from "../chain/service-spec.ts";
import type { Span } from "../chain/span.ts";
import { type WayBlame, wayBlame } from "../chain/stray-messages.ts";
import type { NumberedFault } from "../fault/fault.ts";
import { linkFaultsOf } from "../fault/link-faults.ts";
import type { Scenario } from "../scenario/schema.ts";
import { Child } from "./child.ts";
import type { Endpoint } from "./http-transport.ts";
import type { Endpoints, ProxyLink } from "./messages.ts";

/** A link with faults, in one direction of the calls. */
type ProxiedLink = {
  readonly from: string;
  readonly to: string;
  /** Its name keys the draws. */
  readonly link: string;
  readonly faults: readonly NumberedFault[];
  readonly blame: WayBlame | null;
  /** Where its caller connects; empty until the servers behind it are up. */
  endpoints: readonly Endpoint[];
};

export type LinksSeen = {
  /** How late the timers of the proxy fired. [ms, p99] */
  readonly latenessP99Ms: number | null;
  /** By link, stream and number of each activation whose message went astray there, pair by pair. */
  readonly strays: readonly { readonly blame: WayBlame; readonly keys: readonly number[] }[];
};

/** The links of a run that have faults: one process stands between the ends of all of them. */
export class LinkProxies {
  readonly #links: readonly ProxiedLink[];
  readonly #child: Child | undefined;
  readonly #seed: string;
  readonly #windowFromMs: number;
  readonly #untilMs: number;
  readonly #served: { readonly link: ProxiedLink; readonly wire: ProxyLink }[] = [];

  /** @param failed - Told when the process dies or fails. */
  constructor(scenario: Scenario, seed: string, span: Span, failed: (error: Error) => void) {
    this.#seed = seed;
    this.#windowFromMs = span.fromMs;
    this.#untilMs = span.toMs + scenario.drain;
    this.#links = callsOf(scenario).flatMap(({ from, to }): ProxiedLink[] => {
      const faults = linkFaultsOf(scenario.faults, from, to);
      const link = linkName(scenario.network, from, to, faults[0]?.fault.on);
      const blame = wayBlame(scenario, from, to);
      return faults.length === 0 ? [] : [{ from, to, link, faults, blame, endpoints: [] }];
    });
    if (this.#links.length === 0) return;
    this.#child = new Child("the link proxy", "src/live/link-proxy-main.js");
    this.#child.failure.catch(failed);
  }

  /** The servers of a service are up: what leads to them over a link with faults is opened. */
  async serve(service: string, targets: readonly Endpoint[]): Promise<void> {
    const mine = this.#links.filter(({ to }) => to === service);
    const child = this.#child;
    if (mine.length === 0 || child === undefined) return;
    for (const link of mine) {
      const { faults, blame } = link;
      const patienceMs = blame?.patienceMs ?? Number.POSITIVE_INFINITY;
      this.#served.push({ link, wire: { link: link.link, faults, targets, patienceMs } });
    }
    await child.booted;
    const ready = child.hear("proxy-ready");
    child.tell({
      kind: "configure-proxy",
      config: {
        seed: this.#seed,
        windowFromMs: this.#windowFromMs,
        untilMs: this.#untilMs,
        links: this.#served.map(({ wire }) => wire),
      },
    });
    const { endpoints } = await ready;
    this.#served.forEach(({ link }, place) => {
      link.endpoints = endpoints[place] ?? [];
    });
  }

  /** Where one end of the chain reaches each service: through its link, where that has faults. */
  endpointsFrom(from: string, direct: Endpoints): Endpoints {
    const proxied = this.#links
      .filter((it) => it.from === from && it.endpoints.length > 0)
      .map(({ to, endpoints }) => [to, endpoints] as const);
    return { ...direct, ...Object.fromEntries(proxied) };
  }

  lossyServicesFrom(from: string): readonly string[] {
    return this.#links.filter((it) => it.from === from).map(({ to }) => to);
  }

  beginRun(epochMs: number): void {
    this.#child?.tell({ kind: "start", epochMs });
  }

  /** What the proxy saw of the run; null where there is none. */
  async finish(): Promise<LinksSeen | null> {
    const child = this.#child;
    if (child === undefined) return null;
    const heard = child.hear("proxy-record");
    child.tell({ kind: "finish" });
    const { links, latenessP99Ms } = (await heard).record;
    const strays = links.flatMap(({ strayKeys }, place) => {
      const blame = this.#served[place]?.link.blame ?? null;
      return blame === null ? [] : [{ blame, keys: strayKeys }];
    });
    return { latenessP99Ms, strays };
  }

  async end(): Promise<void> {
    await this.#child?.end();
  }
}

/** Every pair of ends between which the scenario has calls. */
function callsOf(scenario: Scenario): readonly { readonly from: string; readonly to: string }[] {
  const pairs = new Map<string, { readonly from: string; readonly to: string }>();
  const add = (from: string, to: string) => pairs.set(`${from} ${to}`, { from, to });
  for (const stream of Object.values(scenario.traffic))
    add(terminalEnd, streamTarget(stream).service);
  for (const [from, spec] of Object.entries(scenario.services)) {
    for (const to of servicesAsked(spec)) add(from, to);
  }
  return [...pairs.values()];
}
