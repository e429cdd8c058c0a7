import type { Io } from "../../src/cli/io.ts";

/** An `Io` without a world: files in a map, and what was printed and noted. */
export type FakeIo = Io & {
  readonly files: Map<string, string>;
  readonly printed: string[];
  readonly noted: string[];
};

export function fakeIo(files: Readonly<Record<string, string>> = {}): FakeIo {
  const stored = new Map(Object.entries(files));
  const printed: string[] = [];
  const noted: string[] = [];
  const namesIn = (folder: string): readonly string[] => {
    const prefix = folder === "." ? "" : `${folder}/`;
    const inside = [...stored.keys()].filter((it) => it.startsWith(prefix));
    return [...new Set(inside.map((it) => it.slice(prefix.length).split("/")[0] ?? ""))].sort();
  };
  return {
    files: stored,
    printed,
    noted,
    shippedFolder: "/package/scenarios",
    print: (text) => {
      printed.push(text);
    },
    note: (text) => {
      noted.push(text);
    },
    readText: async (file) => {
      const text = stored.get(file);
      if (text !== undefined) return text;
      throw systemError(namesIn(file).length > 0 ? "EISDIR" : "ENOENT");
    },
    writeText: async (file, text, { overwrite }) => {
      if (stored.has(file) && !overwrite) throw systemError("EEXIST");
      stored.set(file, text);
    },
    listFolder: async (folder) => {
      const names = namesIn(folder);
      if (names.length === 0 && folder !== ".") throw systemError("ENOENT");
      return names;
    },
  };
}

/** An error as `node:fs` throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as node:fs says it`), { code });
}
