/**
 * ISO 8583 message types, where a request is none of the plain ones: what a terminal takes back, and
 * what operator and bank exchange over a batch. Who gets one knows what it is for.
 */
export const messageTypes = {
  "0320": "batch upload: one payment of a batch whose totals differ",
  "0420": "reversal",
  "0421": "reversal, repeated",
  "0500": "totals of a batch",
} as const;
export type MessageType = keyof typeof messageTypes;

export function isMessageType(text: string): text is MessageType {
  return Object.hasOwn(messageTypes, text);
}

/** What the same request is when it is sent once more. */
export function repeated(type: MessageType | null): MessageType | null {
  return type === "0420" ? "0421" : type;
}
