import fc from "fast-check";

const asked = process.env.TILLSTORM_RANDOM_SEED ?? "2026";

/**
 * One seed for all property tests, so that nothing but a change of the code decides whether they
 * pass. `TILLSTORM_RANDOM_SEED=7 npm test` tries other cases, `TILLSTORM_RANDOM_SEED=random` new ones.
 */
export const randomSeed = asked === "random" ? Math.trunc(Math.random() * 2 ** 31) : Number(asked);

fc.configureGlobal({ seed: randomSeed });

export { fc };
