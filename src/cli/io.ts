import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { RunError } from "../kernel/errors.ts";
import { makeFolder } from "../live/make-folder.ts";

/** All that a command touches of the world. A test hands in its own. */
export type Io = {
  /** A line, or several, of the result: standard output. */
  readonly print: (text: string) => void;
  /** A line for the person who waits: standard error. */
  readonly note: (text: string) => void;
  /** Fails as `node:fs` does, with a `code` such as ENOENT. */
  readonly readText: (file: string) => Promise<string>;
  /** Creates the folders on the way. Fails with EEXIST on an existing file unless `overwrite`. */
  readonly writeText: (file: string, text: string, how: { overwrite: boolean }) => Promise<void>;
  /** The names in a folder, sorted. Fails as `node:fs` does. */
  readonly listFolder: (folder: string) => Promise<readonly string[]>;
  /** The scenarios that come with the toolkit. */
  readonly shippedFolder: string;
};

export const nodeIo: Io = {
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  note: (text) => {
    process.stderr.write(`${text}\n`);
  },
  readText: (file) => readFile(file, "utf8"),
  writeText: async (file, text, { overwrite }) => {
    makeFolder(path.dirname(file));
    await writeFile(file, text, { flag: overwrite ? "w" : "wx" });
  },
  listFolder: async (folder) => (await readdir(folder)).sort(),
  shippedFolder: shippedFolderOf(import.meta.url),
};

/** The package's folder `scenarios`, as seen from `src/cli` and from `dist/src/cli`. */
export function shippedFolderOf(moduleUrl: string): string {
  const here = path.dirname(fileURLToPath(moduleUrl));
  const built = path.join("dist", "src", "cli");
  const up = here.endsWith(path.sep + built) ? "../../.." : "../..";
  return path.join(here, up, "scenarios");
}

/**
 * Writes what was measured or made of it.
 *
 * @throws {RunError} where the system does not let it.
 */
export async function writeOutput(io: Io, file: string, text: string): Promise<void> {
  try {
    await io.writeText(file, text, { overwrite: true });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const hint =
      code === "EISDIR"
        ? "name a file"
        : `see whether ${path.dirname(file)} is a folder to write to`;
    throw new RunError(`${file}: the file cannot be written (${code})`, hint, { cause: error });
  }
}

/** The code of a failed system call, such as ENOENT; `undefined` if the error is another. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
