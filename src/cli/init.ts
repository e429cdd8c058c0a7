import { dirname } from "node:path";
import type { CommandModule } from "yargs";
import { UsageError } from "../kernel/errors.ts";
import { ExitCode } from "../kernel/exit-code.ts";
import { type Io, systemCode } from "./io.ts";
import { renderStarter } from "./starter.ts";

type Flags = { readonly file: string; readonly force: boolean };

/** Writes a commented scenario to begin with; never over another file unless told to. */
export async function init(flags: Flags, io: Io): Promise<ExitCode> {
  const { file, force } = flags;
  try {
    await io.writeText(file, renderStarter(file, io.shippedFolder), { overwrite: force });
  } catch (error) {
    throw refusal(file, error);
  }
  io.print(`wrote ${file}`);
  io.note(`next: tillstorm validate ${file}, then tillstorm simulate ${file}`);
  return ExitCode.ok;
}

export const initCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "init [file]",
  describe: "Write a commented starter scenario",
  builder: (yargs) =>
    yargs
      .positional("file", {
        type: "string",
        default: "scenario.yaml",
        describe: "Where to write it",
      })
      .option("force", { type: "boolean", default: false, describe: "Overwrite the file" }),
  handler: async (flags) => {
    process.exitCode = await init(flags, io);
  },
});

function refusal(file: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const options = { cause: error };
  if (code === "EEXIST") {
    const what = `${file}: this file is there already`;
    const hint = "name another file, or add --force to overwrite it";
    return new UsageError("FILE_EXISTS", [{ what, hint }], options);
  }
  const what = `${file}: the file cannot be written (${code})`;
  const hint =
    code === "EISDIR" ? "name a file in this folder" : `check the folder ${dirname(file)}`;
  return new UsageError("FILE_UNWRITABLE", [{ what, hint }], options);
}
