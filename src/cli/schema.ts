import type { CommandModule } from "yargs";
import { ExitCode } from "../kernel/exit-code.ts";
import { renderJsonSchema } from "../scenario/json-schema.ts";
import { renderReference } from "../scenario/reference.ts";
import type { Io } from "./io.ts";

type Flags = { readonly reference: boolean };

/** Prints what a scenario may hold: for editors, or for people. */
export function schema(flags: Flags, io: Io): ExitCode {
  io.print(flags.reference ? renderReference() : renderJsonSchema());
  return ExitCode.ok;
}

export const schemaCommand = (io: Io): CommandModule<object, Flags> => ({
  command: "schema",
  describe: "Print the JSON Schema of scenario files, or the reference of their keys",
  builder: (yargs) =>
    yargs.option("reference", {
      type: "boolean",
      default: false,
      describe: "Print every key with its unit, default and meaning as Markdown instead",
    }),
  handler: (flags) => {
    process.exitCode = schema(flags, io);
  },
});
