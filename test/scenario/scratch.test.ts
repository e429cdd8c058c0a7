import { readFileSync, writeFileSync } from "node:fs";
import { it } from "vitest";
import { parseScenario } from "../../src/scenario/loader.ts";
import { parseBroken, renderBroken, themes } from "./broken-cases.ts";
import { lunchRush } from "./lunch-rush.ts";

it("fill", () => {
  for (const t of themes) {
    const u = new URL(`broken/${t}.txt`, import.meta.url);
    const cs = parseBroken(readFileSync(u, "utf8"));
    writeFileSync(
      u,
      renderBroken(
        cs.map((c) => {
          let says = ["nothing"];
          if (lunchRush.split(c.find).length !== 2)
            says = ["EDIT MISSES " + lunchRush.split(c.find).length];
          else
            try {
              parseScenario(
                lunchRush.replace(c.find, () => c.put),
                "a.yaml",
              );
            } catch (e) {
              says = (e as Error).message.split("\n").map((l) => l.replace(/^a\.yaml:/, ""));
              if ((e as Error).name !== "UsageError") says = [(e as Error).stack ?? ""];
            }
          return { ...c, says };
        }),
      ),
    );
  }
});
