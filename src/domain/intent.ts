/**
 * What an activation really is, whatever it shows. All but `genuine` are to be stopped: who lets one
 * through has leaked it.
 */
export const intents = [
  "genuine",
  "forged",
  "expired",
  "replayed",
  "missing",
  "no-captcha",
  "no-second-factor",
  "wrong-code",
] as const;
export type Intent = (typeof intents)[number];
