/// <reference lib="webworker" />
import { sendAll } from "./outbox";

/**
 * Keeps the check-in page of its scope for when there is no network: the page itself as it was last seen online, and the
 * files it loaded, under the version the page names. It keeps nothing else; lists of people are asked for apart from the
 * page. The sign-in page throws all of it away.
 */

const worker = self as unknown as ServiceWorkerGlobalScope;
const PATIENCE_MS = 4000;
const FAMILY = `check-in ${new URL(worker.registration.scope).pathname} `;

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (event) => {
  const { keep } = event.data as { keep?: { version: string; files: string[] } };
  if (!keep) return;
  const kept = keepFiles(FAMILY + keep.version, keep.files).then(
    () => true,
    () => false,
  );
  event.waitUntil(kept.then((done) => event.ports[0]?.postMessage(done)));
});

worker.addEventListener("sync", (event) => {
  (event as ExtendableEvent).waitUntil(sendAll());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function keepFiles(name: string, files: string[]): Promise<void> {
  const cache = await caches.open(name);
  const scope = worker.registration.scope;
  for (const address of [scope, ...files]) {
    // The page is fetched anew: the copy must be the one of whoever is signed in now.
    if (address === scope || !(await cache.match(address))) await add(cache, address);
  }
  for (const other of await caches.keys()) {
    if (other.startsWith(FAMILY) && other !== name) await caches.delete(other);
  }
}

async function add(cache: Cache, address: string): Promise<void> {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) await cache.put(address, answer);
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** From the network where there is one; else the copy of the page, whatever address below it was asked for. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match(worker.registration.scope);
  if (!kept) return fetch(request);
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  return answer ?? kept;
}
