import type { CommandModule } from "yargs";
import { ExitCode } from "../kernel/exit-code.ts";
import { formatDuration } from "../kernel/units.ts";
import type { LoadedScenario } from "../scenario/loader.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";

type Flags = { readonly scenario: string };

/** Reads one scenario, says what is in it, runs nothing. */
export async function validate(flags: Flags, io: Io): Promise<ExitCode> {
  const loaded = await loadScenario(flags.scenario, io);
  io.print(renderOverview(loaded));
  return ExitCode.ok;
}

export const validateCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "validate <scenario>",
  describe: "Check a scenario file without running it",
  builder: (yargs) =>
    yargs.positional("scenario", {
      type: "string",
      demandOption: true,
      describe: "YAML file, or the name of a shipped scenario",
    }),
  handler: async (flags) => {
    process.exitCode = await validate(flags, io);
  },
});

function renderOverview({ file, title, baseline, variants }: LoadedScenario): string {
  const { scenario, gates } = baseline;
  const { name, duration, promise, seed, traffic, services, faults } = scenario;
  const heading = title === name ? "" : `: ${title}`;
  return [
    `${file} is valid`,
    `${name}${heading}`,
    `  duration ${formatDuration(duration)}, promise ${formatDuration(promise)}, seed ${seed}`,
    ...Object.entries(traffic).map(([stream, it]) => {
      const calls =
        it.journey === undefined
          ? `calls ${it.calls}`
          : `journey ${[it.journey].flat().join(" > ")}`;
      return `  stream ${stream}: ${calls}, arrivals ${kindOf(it.arrivals)}`;
    }),
    ...Object.entries(services).map(([service, it]) => {
      const times = it.replicas === 1 ? "" : ` ×${it.replicas}`;
      return `  service ${service}${times}: ${Object.keys(it.stages).join(", ")}`;
    }),
    `  ${counted(faults.length, "fault")}`,
    `  ${counted(variants.length, "variant")}${listed(variants.map((it) => it.name))}`,
    `  ${counted(gates.length, "gate")}${listed(gates.map((it) => it.text))}`,
  ].join("\n");
}

function kindOf(arrivals: object): string {
  return Object.entries(arrivals).find(([, it]) => it !== undefined)?.[0] ?? "none";
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? "" : `: ${texts.join(", ")}`;
}
