import { mkdirSync } from "node:fs";
import path from "node:path";

/**
 * Creates a folder, and those on the way to it. Node does so by itself, but never comes back where the
 * system says of a place that exists that it does not, as Linux does below /proc.
 *
 * @throws as `node:fs` does, with a `code` such as ENOENT or EACCES.
 */
export function makeFolder(folder: string): void {
  if (isMade(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  if (!isMade(folder)) mkdirSync(folder); // It fails again, and says why.
}

/** Makes one folder, or finds it there. False: first its parent is needed. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return false;
    if (code === "EEXIST") return true; // A file, too: whoever writes below it is told.
    throw error;
  }
}
