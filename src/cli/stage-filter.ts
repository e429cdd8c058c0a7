import { UsageError } from "../kernel/errors.ts";
import { nearest } from "../scenario/nearest.ts";
import type { Scenario } from "../scenario/schema.ts";

/**
 * The stages that the patterns of `--stages` name: `bank.risk`, or with `*` for any letters of a part:
 * `operator.*`, `*.risk`.
 *
 * @throws {UsageError} `STAGE_UNKNOWN` for every pattern that names none, with the stages that there are.
 */
export function chooseStages(
  { services }: Pick<Scenario, "services">,
  patterns: readonly string[],
  file: string,
): ReadonlySet<string> {
  const stages = Object.entries(services).flatMap(([service, { stages }]) =>
    Object.keys(stages).map((stage) => `${service}.${stage}`),
  );
  const namedBy = (pattern: string) => {
    const form = expressionOf(pattern);
    return stages.filter((it) => form.test(it));
  };
  const problems = patterns
    .filter((it) => namedBy(it).length === 0)
    .map((pattern) => ({
      what: `--stages ${pattern}: ${file} has no such stage; it has ${stages.join(", ")}`,
      hint: `write --stages ${likely(pattern, services, stages)}`,
    }));
  if (problems.length > 0) throw new UsageError("STAGE_UNKNOWN", problems);
  return new Set(patterns.flatMap(namedBy));
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split("*").map((it) => it.replace(/[^\w-]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^.]*")}$`);
}

/** The nearest stage; all of a service where that is what was named. */
function likely(
  pattern: string,
  services: Scenario["services"],
  stages: readonly string[],
): string {
  if (Object.hasOwn(services, pattern)) return `'${pattern}.*'`;
  return nearest(pattern, stages) ?? stages.join(" --stages ");
}
