import type { DriverConfig } from "./messages.ts";

const lengthMs = 1_500;
const rate = 300;
/** Longest wait for the last answers. [ms] */
const graceMs = 300;

/**
 * The run before the run: a second and a half of even traffic that counts for nothing, through the
 * same driver and the same servers, so that by the start of the run code is compiled everywhere.
 * From cold, the first answers take up to a second. The servers answer it from a copy of
 * themselves, without faults and with a ledger of its own, that is thrown away.
 */
export function rehearsalOf(config: DriverConfig): DriverConfig {
  const { scenario } = config;
  const traffic = Object.entries(scenario.traffic).map(
    ([name, stream]) => [name, { ...stream, arrivals: { even: { rate } } }] as const,
  );
  return {
    ...config,
    isRehearsal: true,
    scenario: { ...scenario, traffic: Object.fromEntries(traffic), drain: graceMs },
    span: { scenarioMs: lengthMs, fromMs: 0, toMs: lengthMs },
  };
}
