import { defineConfig } from "vitest/config";

/** Two projects: quick tests run side by side; live ones (real sockets, processes, a browser) run alone. */
export default defineConfig({
  test: {
    // One worker a core: by default one core is left idle, half of a small machine.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.live.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "live",
          include: ["test/**/*.live.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
