import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RunError } from "../kernel/errors.ts";

/**
 * The path of a compiled module, for a child process to run.
 *
 * @param path - Below the build folder, such as `mock-bank/replica-main.js`.
 * @throws {RunError} when the project was not built.
 */
export function builtFile(path: string): string {
  const isSource = import.meta.url.endsWith(".ts");
  const url = new URL(isSource ? `../../dist/${path}` : `../../${path}`, import.meta.url);
  const file = fileURLToPath(url);
  if (existsSync(file)) return file;
  throw new RunError(`${file} is missing`, "build the project first: npm run build");
}
