import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { nodeIo, shippedFolderOf, systemCode } from "../../src/cli/io.ts";
import { loadScenario } from "../../src/cli/load-scenario.ts";
import { lunchRush } from "../scenario/lunch-rush.ts";

it("finds the package's scenarios from the source and from the build", () => {
  expect(shippedFolderOf("file:///p/src/cli/io.ts")).toBe(path.normalize("/p/scenarios"));
  expect(shippedFolderOf("file:///p/dist/src/cli/io.js")).toBe(path.normalize("/p/scenarios"));
});

it("reads and writes real files, and keeps what is there", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "tillstorm-io-"));
  try {
    const file = path.join(folder, "deep", "a.yaml");
    await nodeIo.writeText(file, "a", { overwrite: false });
    const again = await nodeIo.writeText(file, "b", { overwrite: false }).catch(systemCode);
    expect(again).toBe("EEXIST");
    expect(await readFile(file, "utf8")).toBe("a");
    await nodeIo.writeText(file, "b", { overwrite: true });
    expect(await nodeIo.readText(file)).toBe("b");
    expect(await nodeIo.listFolder(folder)).toEqual(["deep"]);
    await expect(loadScenario(folder, nodeIo)).rejects.toThrow("this is a folder");
    await writeFile(file, `\uFEFF${lunchRush}`); // A byte order mark, as some editors write it.
    expect((await loadScenario(file, nodeIo)).baseline.scenario.name).toBe("lunch-rush");
  } finally {
    await rm(folder, { recursive: true });
  }
});

// Linux says of everything below /proc that it does not exist; Node's own way of creating folders hangs there.
it.skipIf(process.platform !== "linux")("says so where no folder can be created", async () => {
  const file = "/proc/tillstorm/deep/a.json";
  expect(await nodeIo.writeText(file, "a", { overwrite: true }).catch(systemCode)).toBe("ENOENT");
});
