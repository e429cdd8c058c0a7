/** What the keyed draws of one attempt are made with, on its way between processes. */
export type DrawKey = {
  readonly streamKey: number;
  readonly index: number;
  readonly attempt: number;
};

/** On the wire an attempt has no sign. */
export function drawKeyText({ streamKey, index, attempt }: DrawKey): string {
  return `${streamKey}.${index}.${attempt >>> 0}`;
}

const pattern = /^(-?\d{1,10})\.(\d{1,15})\.(\d{1,10})$/;

/** Reads what `drawKeyText` wrote; `undefined` if it is anything else. */
export function parseDrawKey(text: string): DrawKey | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  return { streamKey: Number(match[1]), index: Number(match[2]), attempt: Number(match[3]) | 0 };
}
