import workerFile from "./worker?worker&url";

/** The root of a check-in page: its addresses, its account, and its sentences in the reader's language. */
export class Root {
  readonly element: HTMLElement;

  constructor() {
    const found = document.querySelector<HTMLElement>("[data-check-in]");
    if (!found) throw new Error("no check-in page");
    this.element = found;
  }

  /** Whether this browser can keep and sign things: only over https (or on the machine itself). */
  static able(): boolean {
    return window.isSecureContext && "indexedDB" in window && "subtle" in crypto;
  }

  given(name: string): string {
    return this.element.dataset[name] ?? "";
  }

  get account(): number {
    return Number(this.given("account"));
  }

  part<T extends Element = HTMLElement>(name: string): T {
    const found = this.element.querySelector<T>(`[data-part="${name}"]`);
    if (!found) throw new Error(`the page lacks ${name}`);
    return found;
  }

  /** A sentence of the page; `{n}` and the like are replaced. */
  say(name: string, values: Record<string, string | number> = {}): string {
    const text = this.element.querySelector(`[data-say="${name}"]`)?.textContent ?? "";
    return text.replace(/\{(\w+)\}/g, (_all, key: string) => String(values[key] ?? ""));
  }
}

/** Have the worker of this page keep it, with every file it loaded, under the name of the script that runs it. Whether it is
 * kept now; without a network it is because it was before. */
export async function keepOffline(root: Root, version: string): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  if (!navigator.onLine) return navigator.serviceWorker.controller !== null;
  const scope = root.given("scope");
  const registration = await navigator.serviceWorker.register(`${scope}worker.js`, { scope });
  const links = document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet], link[rel=icon]");
  const files = new Set([...links].map((link) => link.href));
  for (const entry of performance.getEntriesByType("resource")) {
    const address = new URL(entry.name);
    if (address.origin === location.origin && address.pathname.startsWith("/static/")) files.add(entry.name);
  }
  files.delete(new URL(workerFile, location.origin).href);
  const active = await ready(registration);
  const answered = new MessageChannel();
  return new Promise((resolve) => {
    answered.port1.onmessage = (event) => resolve(event.data === true);
    active.postMessage({ keep: { version: new URL(version).pathname, files: [...files] } }, [answered.port2]);
  });
}

async function ready(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker) throw new Error("no worker");
  if (worker.state !== "activated") {
    await new Promise<void>((resolve) => {
      worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
    });
  }
  return worker;
}

/** Ask to be woken when the network is back, where the browser can do that. */
export async function sendLater(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync = (registration as unknown as { sync?: { register(name: string): Promise<void> } } | undefined)?.sync;
  await sync?.register("letters").catch(() => undefined);
}

/** Whenever the network may be back: on coming online, on looking at the page again, and now and then. */
export function whenBack(work: () => void): void {
  window.addEventListener("online", work);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && work());
  setInterval(work, 30_000);
}

/** Hour and minute in China, as the server writes them. */
export function time(milliseconds: number): string {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" } as const;
  return new Date(milliseconds).toLocaleTimeString(document.documentElement.lang, form);
}

/** The one text of a letter that is signed: keys in order, no spaces. */
export function canonical(said: Record<string, string | number>): string {
  return JSON.stringify(said, Object.keys(said).sort());
}

export function nonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
