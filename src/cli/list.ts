import type { CommandModule } from "yargs";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { type Io, systemCode } from "./io.ts";
import { readShipped, shippedNames } from "./load-scenario.ts";

/** Lists the scenarios that come with the toolkit; one that is broken is listed as such. */
export async function list(io: Io): Promise<ExitCode> {
  const names = await shippedNames(io);
  const rows = await Promise.all(names.map(async (name) => [name, await titleOf(name, io)]));
  const width = Math.max(0, ...names.map((it) => it.length));
  for (const [name = "", title] of rows) io.print(`${name.padEnd(width)}  ${title}`);
  if (names.length === 0) io.note(`no scenarios in ${io.shippedFolder}`);
  return ExitCode.ok;
}

export const listCommand = (io: Io): CommandModule => ({
  command: "list",
  describe: "List the scenarios that come with the toolkit",
  handler: async () => {
    process.exitCode = await list(io);
  },
});

async function titleOf(name: string, io: Io): Promise<string> {
  try {
    return (await readShipped(name, io)).title;
  } catch (error) {
    if (error instanceof UsageError) {
      const count = error.problems.length;
      return `(broken: ${count} problem${count === 1 ? "" : "s"}; see tillstorm validate ${name})`;
    }
    const code = systemCode(error);
    if (code === undefined) throw error;
    return `(cannot be read: ${code})`;
  }
}
