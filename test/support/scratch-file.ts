import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";

let folder = "";
let fileCount = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tillstorm-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A path for a database that is removed after the tests of the file. */
export function scratchFile(): string {
  fileCount += 1;
  return path.join(folder, `${fileCount}.db`);
}
