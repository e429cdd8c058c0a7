import { expect, it } from "vitest";
import { init } from "../../src/cli/init.ts";
import type { Io } from "../../src/cli/io.ts";
import { ExitCode } from "../../src/kernel/exit-code.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { fakeIo, systemError } from "./fake-io.ts";

it("writes a starter that is valid and names the editor's schema", async () => {
  const io = fakeIo();
  expect(await init({ file: "scenario.yaml", force: false }, io)).toBe(ExitCode.ok);
  const text = io.files.get("scenario.yaml") ?? "";
  expect(text.split("\n")[0]).toMatch(/^# yaml-language-server: \$schema=.*\/schema\.json$/);
  const { title, variants, baseline } = parseScenario(text, "scenario.yaml");
  expect(title).toBe("Does the bank keep up when its risk check slows?");
  expect(variants.map((it) => it.name)).toEqual(["second-bank", "faster-risk-check"]);
  expect(baseline.gates).toHaveLength(3);
});

it("names the schema from where the starter stands", async () => {
  const io: Io & ReturnType<typeof fakeIo> = {
    ...fakeIo(),
    shippedFolder: `${process.cwd()}/node_modules/tillstorm/scenarios`,
  };
  await init({ file: "load/peak.yaml", force: false }, io);
  expect(io.files.get("load/peak.yaml")?.split("\n")[0]).toBe(
    "# yaml-language-server: $schema=../node_modules/tillstorm/scenarios/schema.json",
  );
});

it("never overwrites a file unless told to", async () => {
  const io = fakeIo({ "scenario.yaml": "mine" });
  await expect(init({ file: "scenario.yaml", force: false }, io)).rejects.toMatchObject({
    code: "FILE_EXISTS",
    message:
      "scenario.yaml: this file is there already\n" +
      "  hint: name another file, or add --force to overwrite it",
  });
  expect(io.files.get("scenario.yaml")).toBe("mine");
  expect(await init({ file: "scenario.yaml", force: true }, io)).toBe(ExitCode.ok);
  expect(io.files.get("scenario.yaml")).toContain("name: my-peak-hour");
});

it("translates what the file system says", async () => {
  const io: Io = { ...fakeIo(), writeText: () => Promise.reject(systemError("EACCES")) };
  await expect(init({ file: "a/b.yaml", force: false }, io)).rejects.toMatchObject({
    code: "FILE_UNWRITABLE",
    message: "a/b.yaml: the file cannot be written (EACCES)\n  hint: check the folder a",
  });
});
