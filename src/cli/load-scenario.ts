import path from "node:path";
import { UsageError } from "../kernel/errors.ts";
import { type LoadedScenario, parseScenario } from "../scenario/loader.ts";
import { nearest } from "../scenario/nearest.ts";
import { checkTraces } from "./check-traces.ts";
import { type Io, systemCode } from "./io.ts";

/**
 * Reads and checks a scenario file. A bare name, such as `lunch-rush`, that is no file here means
 * the scenario of that name that comes with the toolkit.
 *
 * @throws {UsageError} `SCENARIO_UNREADABLE` or `SCENARIO_INVALID`.
 */
export async function loadScenario(file: string, io: Io): Promise<LoadedScenario> {
  try {
    const loaded = parseScenario(await io.readText(file), file);
    checkTraces(loaded);
    return loaded;
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof UsageError || code === undefined) throw error;
    if ((code === "ENOENT" || code === "EISDIR") && /^[\w-]+$/.test(file)) {
      const shipped = await shippedNames(io);
      if (shipped.includes(file)) return loadShipped(file, io);
    }
    throw await unreadable(file, code, io, error);
  }
}

/** The names of the scenarios that come with the toolkit; none where the folder is missing. */
export async function shippedNames(io: Io): Promise<readonly string[]> {
  try {
    const files = await io.listFolder(io.shippedFolder);
    return files.filter((it) => it.endsWith(".yaml")).map((it) => it.slice(0, -".yaml".length));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Reads one of the scenarios that come with the toolkit. */
export async function readShipped(name: string, io: Io): Promise<LoadedScenario> {
  const file = path.join(io.shippedFolder, `${name}.yaml`);
  return parseScenario(await io.readText(file), file);
}

async function loadShipped(name: string, io: Io): Promise<LoadedScenario> {
  const loaded = await readShipped(name, io);
  io.note(`no file ${name} here: using the shipped scenario ${loaded.file}`);
  return loaded;
}

async function unreadable(file: string, code: string, io: Io, cause: unknown): Promise<UsageError> {
  const [what, hint] = await reasonOf(file, code, io);
  return new UsageError("SCENARIO_UNREADABLE", [{ what: `${file}: ${what}`, hint }], { cause });
}

async function reasonOf(file: string, code: string, io: Io): Promise<readonly [string, string]> {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return ["there is no such file", await missingHint(file, io)];
    case "EISDIR":
      return ["this is a folder", "name a scenario file in it, such as scenario.yaml"];
    case "EACCES":
    case "EPERM":
      return ["the file may not be read", "change its permissions"];
    default:
      return [`the file cannot be read (${code})`, "try another path"];
  }
}

async function missingHint(file: string, io: Io): Promise<string> {
  const near = nearest(path.basename(file), await namesBeside(file, io));
  if (near !== undefined) return `write ${path.join(path.dirname(file), near)}`;
  const shipped = nearest(path.basename(file, path.extname(file)), await shippedNames(io));
  if (shipped !== undefined) return `write ${shipped}, a shipped scenario`;
  return "`tillstorm list` shows the shipped scenarios, `tillstorm init` writes a starter";
}

async function namesBeside(file: string, io: Io): Promise<readonly string[]> {
  try {
    const names = await io.listFolder(path.dirname(file));
    return names.filter((it) => /\.ya?ml$/.test(it));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return []; // A folder that cannot be listed has no names to suggest.
  }
}
