import { join } from "node:path";

/** The databases of a run, in a folder of its own that is removed afterwards. */

/** The ledger of a service, shared by its replicas. */
export function ledgerFile(folder: string, service: string): string {
  return join(folder, `${service}.ledger.db`);
}

/** What one replica has acknowledged and must still deliver. */
export function storeFile(folder: string, service: string, number: number): string {
  return join(folder, `${service}-${number}.store.db`);
}
