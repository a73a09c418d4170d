import { all, remove, type Room } from "./store";

/**
 * Nobody is signed in: no copy of a page and no key of a session stays in the browser. What was not sent stays, and is sent
 * when its account signs in again.
 */
export async function forget(): Promise<void> {
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (name.startsWith("check-in ")) await caches.delete(name);
  const known = (await indexedDB.databases?.()) ?? [];
  if (!known.some((database) => database.name === "yinling-check-in")) return;
  for (const room of await all<Room>("rooms")) await remove("rooms", room.id);
}
