/**
 * What the check-in pages keep in the browser: letters not sent yet, the device's key, the sessions it was prepared for.
 * Every row belongs to one account; nothing is read for another one.
 */

const NAME = "yinling-check-in";

/** A ticket on its way: the very text that was signed, and what the server said to it. */
export interface Letter {
  nonce: string;
  account: number;
  url: string;
  session: number;
  label: string;
  madeAt: number;
  payload: string;
  signature: string;
  state: "unsent" | "accepted" | "waiting" | "refused";
  text: string;
}

/** The device's key for one account; the private half cannot be read out. */
export interface DeviceKey {
  account: number;
  device: number;
  pair: CryptoKeyPair;
}

/** A session whose codes this device may show. */
export interface Room {
  id: string;
  account: number;
  session: number;
  seconds: number;
  ahead: number;
  preparedAt: number;
  key: CryptoKey;
  roster: Expected[];
}

export interface Expected {
  person: number;
  name: string;
  mark: string;
  came: string;
  left: string;
  coded: boolean;
  signed: boolean;
}

const KEYS = { letters: "nonce", keys: "account", rooms: "id", notes: "name" } as const;
export type Store = keyof typeof KEYS;

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(KEYS)) request.result.createObjectStore(store, { keyPath });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function ask<T>(store: Store, mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest): Promise<T> {
  const transaction = (await open()).transaction(store, mode);
  return new Promise((resolve, reject) => {
    const request = work(transaction.objectStore(store));
    // Only a finished transaction is on the disk: a letter must survive the tab being shut.
    transaction.oncomplete = () => resolve(request.result as T);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const all = <T>(store: Store): Promise<T[]> => ask(store, "readonly", (rows) => rows.getAll());
export const get = <T>(store: Store, key: IDBValidKey): Promise<T | undefined> =>
  ask(store, "readonly", (rows) => rows.get(key));
export const put = (store: Store, row: object): Promise<void> => ask(store, "readwrite", (rows) => rows.put(row));
export const remove = (store: Store, key: IDBValidKey): Promise<void> =>
  ask(store, "readwrite", (rows) => rows.delete(key));

export async function lettersOf(account: number): Promise<Letter[]> {
  const rows = (await all<Letter>("letters")).filter((letter) => letter.account === account);
  return rows.sort((one, other) => one.madeAt - other.madeAt);
}
