import { type Credentials, noCode } from "../../src/domain/credentials.ts";
import {
  type CredentialKeys,
  renderShown,
  type ShownOnWire,
} from "../../src/live/credentials-wire.ts";

/** What a request shows that shows everything it should, but for the changes. */
export function credentials(change: Partial<Credentials> = {}): Credentials {
  return {
    link: { isSigned: true, expiresMs: 600_000, nonceStream: 7, nonceIndex: 3 },
    hasCaptcha: true,
    codeStep: noCode,
    terminalMs: 0,
    ...change,
  };
}

/** The members of a body, as its reader gets them. */
export function onWire(keys: CredentialKeys, shown: Credentials, merchant: number): ShownOnWire {
  const members: ShownOnWire = JSON.parse(
    `{${renderShown(keys, shown, merchant).replace(",", "")}}`,
  );
  return members;
}
