#!/usr/bin/env node
import yargs, { type Argv } from "yargs";
import { hideBin } from "yargs/helpers";
import { RunError, renderProblem, UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { checkFlags } from "./check-flags.ts";
import { initCommand } from "./init.ts";
import { type Io, nodeIo } from "./io.ts";
import { kneeCommand } from "./knee.ts";
import { listCommand } from "./list.ts";
import { mockCommand } from "./mock.ts";
import { withNearestFlags } from "./nearest-flag.ts";
import { packageVersion } from "./package-version.ts";
import { planCommand } from "./plan.ts";
import { probeCommand } from "./probe.ts";
import { profileCommand } from "./profile.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import { schemaCommand } from "./schema.ts";
import { simulateCommand } from "./simulate.ts";
import { sweepCommand } from "./sweep.ts";
import { validateCommand } from "./validate.ts";
import { verifyCommand } from "./verify.ts";

/** Reads the command line, and turns every error into a message and an exit code. */
async function main(argv: readonly string[], io: Io): Promise<void> {
  try {
    await parserOf(argv, io)
      .fail((message, error) => {
        // yargs reports its own findings as a message; an error of a command comes as such.
        throw error instanceof Error && error.name !== "YError"
          ? error
          : new UsageError("COMMAND_LINE", [
              { what: message ?? error.message, hint: "`tillstorm --help` shows every command" },
            ]);
      })
      .parseAsync();
  } catch (error) {
    const help = () => parserOf(argv.slice(0, 1), io).getHelp();
    process.exitCode = explain(await withNearestFlags(error, argv, help), io);
  }
}

function parserOf(argv: readonly string[], io: Io): Argv {
  return yargs([...argv])
    .scriptName("tillstorm")
    .usage("$0 <command>\n\nWill the money arrive at peak hour, and if not, why?")
    .command(runCommand(io))
    .command(simulateCommand(io))
    .command(sweepCommand(io))
    .command(profileCommand(io))
    .command(kneeCommand(io))
    .command(verifyCommand(io))
    .command(planCommand(io))
    .command(probeCommand(io))
    .command(mockCommand(io))
    .command(reportCommand(io))
    .command(validateCommand(io))
    .command(schemaCommand(io))
    .command(initCommand(io))
    .command(listCommand(io))
    .check(async (given, { array }: { array?: readonly string[] }) => {
      await checkFlags(given, array ?? []);
      return true;
    }, true)
    .demandCommand(1, "Name a command.")
    .strict()
    .recommendCommands()
    .version(packageVersion())
    .help()
    .alias("help", "h")
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue(
      "Exit codes: 0 every gate passed, 1 a gate failed (verify: the worlds differ), 2 wrong scenario or\n" +
        "command line, 3 the run cannot be trusted, 70 a bug of ours, 130 interrupted.",
    )
    .exitProcess(false);
}

function explain(error: unknown, io: Io): ExitCode {
  if (error instanceof UsageError) {
    for (const problem of error.problems) io.note(renderProblem(problem));
    return ExitCode.usage;
  }
  if (error instanceof RunError) {
    io.note(error.message);
    if (error.hint !== undefined) io.note(`  hint: ${error.hint}`);
    return ExitCode.untrusted;
  }
  io.note("tillstorm has a bug; please report this:");
  io.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return ExitCode.bug;
}

// Whoever reads the output may close it early, as `head` does: that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

await main(hideBin(process.argv), nodeIo);
