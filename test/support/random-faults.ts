import type { Dice } from "./dice.ts";
import { randomIdentityTrouble } from "./random-money.ts";
import type { Written } from "./random-policies.ts";

/** What there is to be struck. */
export type Targets = {
  /** Of each service its replicas and its stages. */
  readonly services: ReadonlyMap<string, { replicas: number; stages: readonly string[] }>;
  /** The service that most troubles befall: what makes trouble is when they meet. */
  readonly sick: string;
  readonly links: readonly (readonly [string, string])[];
  /** Streams whose rate a surge can multiply, and whether that is all of them. */
  readonly paced: readonly string[];
  readonly isAllPaced: boolean;
  /** Streams that show links. */
  readonly shown: readonly string[];
};

/** One trouble of any kind, in a scenario of `durationMs`. */
export function randomFault(dice: Dice, targets: Targets, durationMs: number): Written {
  const kind = dice.oneOf("service", "link", "crash", "surge");
  const [first, ...more] = targets.shown;
  if (first !== undefined && dice.chance(25)) {
    const on = `traffic.${dice.oneOf(first, ...more)}`;
    return { ...timing(dice, durationMs, false), on, ...randomIdentityTrouble(dice) };
  }
  const { effects, on, isAbrupt } =
    kind === "link"
      ? linkTrouble(dice, targets)
      : kind === "crash"
        ? { effects: { down: "crash" }, on: replicaOf(dice, targets), isAbrupt: true }
        : kind === "surge" && targets.paced.length > 0
          ? surge(dice, targets)
          : serviceTrouble(dice, targets);
  return { ...timing(dice, durationMs, isAbrupt), on, ...effects };
}

type Trouble = { effects: Written; on: string; isAbrupt: boolean };

function timing(dice: Dice, durationMs: number, isAbrupt: boolean): Written {
  const at = dice.time(0, durationMs - 1_000);
  const kind = dice.oneOf("once", "every", "random");
  const lastsMs = dice.whole(20, 1_500);
  const ramp = isAbrupt ? undefined : dice.maybe(50, () => dice.time(1, lastsMs));
  if (kind === "every") {
    return { at, for: `${lastsMs}ms`, every: `${lastsMs + dice.whole(1, 1_000)}ms`, ramp };
  }
  if (kind === "random") {
    const random = { mtbf: dice.time(50, 1_000), mttr: dice.time(20, 500) };
    return { at, for: dice.maybe(50, () => dice.time(200, 4_000)), random, ramp };
  }
  return { at, for: dice.maybe(85, () => `${lastsMs}ms`), ramp };
}

function serviceOf(dice: Dice, { services, sick }: Targets): string {
  if (dice.chance(60)) return sick;
  const [first = "", ...others] = services.keys();
  return dice.oneOf(first, ...others);
}

/** A whole service, or one of its replicas. */
function replicaOf(dice: Dice, targets: Targets): string {
  const service = serviceOf(dice, targets);
  const { replicas = 1 } = targets.services.get(service) ?? {};
  return dice.chance(50) ? `${service}#${dice.whole(1, replicas)}` : service;
}

function serviceTrouble(dice: Dice, targets: Targets): Trouble {
  const place = replicaOf(dice, targets);
  const { stages = [] } = targets.services.get(place.replace(/#.*/, "")) ?? {};
  const [first, ...others] = stages;
  const isStage = first !== undefined && dice.chance(50);
  const on = isStage ? `${place}.${dice.oneOf(first, ...others)}` : place;
  const kinds = dice.some(["slow", "delay", "errors", "down"]);
  const effects = {
    slow: kinds.includes("slow") ? dice.oneOf("3x", "10x", "0.5x") : undefined,
    delay: kinds.includes("delay") ? dice.duration(50) : undefined,
    errors: kinds.includes("errors")
      ? { rate: dice.share(5, 100), code: dice.oneOf("96", "91", "68", "05", undefined) }
      : undefined,
    down: kinds.includes("down")
      ? dice.oneOf("refuse", "hang", "maintenance", "freeze")
      : undefined,
  };
  return { effects, on, isAbrupt: effects.down !== undefined };
}

const shares = ["loss", "reset", "drop", "duplicate", "corrupt"];
const others = ["latency", "jitter", "stall", "partition", "bandwidth", "reorder"];

function linkTrouble(dice: Dice, { links }: Targets): Trouble {
  const [first = ["terminal", "operator"] as const, ...more] = links;
  const [a, b] = dice.oneOf(first, ...more);
  const kinds = [dice.oneOf("loss", ...shares, ...others)];
  if (dice.chance(40)) kinds.push(dice.oneOf("loss", ...shares, ...others));
  const has = (kind: string): boolean => kinds.includes(kind);
  const effects: Record<string, unknown> = {};
  for (const share of shares) if (has(share)) effects[share] = dice.share(5, 80);
  if (has("latency")) effects.latency = dice.duration(60);
  if (has("jitter")) effects.jitter = dice.time(1, 100);
  if (has("stall")) effects.stall = true;
  if (has("partition")) effects.partition = dice.oneOf("both", "asks", "answers");
  if (has("bandwidth")) effects.bandwidth = dice.oneOf("64kbit/s", "200kbit/s", "1Mbit/s");
  if (has("reorder")) effects.reorder = { share: dice.share(5, 60), by: dice.time(1, 100) };
  if (kinds.some((kind) => kind !== "partition" && kind !== "duplicate")) {
    effects.way = dice.maybe(40, () => dice.oneOf("both", "asks", "answers"));
  }
  const isAbrupt = ["stall", "partition", "bandwidth"].some(has);
  return { effects, on: dice.chance(70) ? `${a}-${b}` : `${b}-${a}`, isAbrupt };
}

function surge(dice: Dice, { paced, isAllPaced }: Targets): Trouble {
  const [first = "", ...more] = paced;
  const on = isAllPaced && dice.chance(50) ? "traffic" : `traffic.${dice.oneOf(first, ...more)}`;
  return { effects: { surge: dice.oneOf("2x", "5x", "1.5x") }, on, isAbrupt: false };
}
