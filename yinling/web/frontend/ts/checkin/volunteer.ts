import { post, keepToken, prune, send } from "./outbox";
import { base64, canonical, keepOffline, nonce, Root, sendLater, time, whenBack } from "./page";
import { fetchReader, scan } from "./scan";
import { type DeviceKey, get, type Letter, lettersOf, put } from "./store";

const ADDRESS = /\/pocket\/check-in\/(\d+)\/(\d+)\/([0-9a-f]{20})\/?$/;
const root = new Root();

/** The key this browser signs with for the account, made and registered when there is a network. */
async function deviceKey(): Promise<DeviceKey | null> {
  const known = await get<DeviceKey>("keys", root.account);
  if (known) return known;
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const key = base64(await crypto.subtle.exportKey("raw", pair.publicKey));
  const answer = await post(root.given("devices"), { key }, root.account).catch(() => null);
  if (!answer?.ok) return null;
  const made: DeviceKey = { account: root.account, device: ((await answer.json()) as { device: number }).device, pair };
  await put("keys", made);
  return made;
}

/** Keep what was seen, signed; then send it if that is possible. */
async function keep(session: number, step: number, code: string): Promise<void> {
  const own = await deviceKey();
  if (!own) return tell("unprepared");
  const letter = { v: 1, session, step, code, at: Date.now(), nonce: nonce(), device: own.device };
  const payload = canonical(letter);
  const how = { name: "ECDSA", hash: "SHA-256" };
  const signed = await crypto.subtle.sign(how, own.pair.privateKey, new TextEncoder().encode(payload));
  await put("letters", {
    nonce: letter.nonce,
    account: root.account,
    url: root.given("letters"),
    session,
    label: titleOf(session),
    madeAt: letter.at,
    payload,
    signature: base64(signed),
    state: "unsent",
    text: "",
  } satisfies Letter);
  await deliver();
  if (await unsent()) await sendLater();
  root.part("outcome").scrollIntoView({ block: "nearest" });
}

async function deliver(): Promise<void> {
  await keepToken();
  const went = await send(root.account);
  root.part("signed-out").hidden = went !== "signed-out";
  await show();
}

async function unsent(): Promise<boolean> {
  return (await lettersOf(root.account)).some((letter) => letter.state === "unsent");
}

function titleOf(session: number): string {
  return root.element.querySelector(`[data-session="${session}"] [data-title]`)?.textContent ?? "";
}

/** The last thing that happened in large type, and below it whatever is still to be known. */
async function show(): Promise<void> {
  const letters = (await lettersOf(root.account)).reverse();
  const list = root.part("kept");
  list.replaceChildren(...letters.slice(0, 10).map(line));
  root.part("kept-head").hidden = letters.length === 0;
  const last = letters[0];
  if (last && Date.now() - last.madeAt < 3_600_000) outcome(last.state, said(last));
  root.part("offline").hidden = navigator.onLine;
}

function said(letter: Letter): string {
  return letter.state === "unsent" ? root.say("kept") : letter.text;
}

function line(letter: Letter): HTMLLIElement {
  const item = document.createElement("li");
  const when = document.createElement("b");
  when.textContent = `${time(letter.madeAt)} ${letter.label}`;
  const what = document.createElement("span");
  what.textContent = said(letter);
  item.dataset["state"] = letter.state;
  item.append(when, what);
  return item;
}

function tell(sentence: string): void {
  outcome("refused", root.say(sentence));
}

function outcome(state: Letter["state"], text: string): void {
  const place = root.part("outcome");
  const levels = { accepted: "success", waiting: "info", unsent: "warn", refused: "error" };
  place.className = `notice notice-${levels[state]}`;
  place.textContent = text;
  place.hidden = false;
}

/** Only what is held on this day by the device's clock can be checked in to; a copy of the page may be of yesterday. */
function today(): void {
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(Date.now());
  for (const row of root.element.querySelectorAll<HTMLElement>("[data-day]")) row.hidden = row.dataset["day"] !== day;
  const shown = [...root.element.querySelectorAll<HTMLElement>("[data-session]:not([hidden])")];
  root.part("none").hidden = shown.length > 0;
  const chosen = root.element.querySelector<HTMLInputElement>("input[name=session]:checked");
  if (shown.length > 0 && (!chosen || chosen.closest<HTMLElement>("[hidden]"))) {
    const first = shown[0]!.querySelector<HTMLInputElement>("input[name=session]");
    if (first) first.checked = true;
  }
}

function typing(): void {
  const form = root.part<HTMLFormElement>("digits");
  const field = form.querySelector<HTMLInputElement>("input[name=code]")!;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const session = Number(new FormData(form).get("session"));
    const code = field.value.replace(/\D/g, "");
    if (code.length !== 6 || !session) return tell(session ? "six-digits" : "choose");
    field.value = "";
    void keep(session, 0, code);
  });
}

function scanning(): void {
  const button = root.part<HTMLButtonElement>("scan");
  const view = root.part("camera");
  const video = view.querySelector("video")!;
  let stop = (): void => undefined;
  const shut = (): void => {
    stop();
    view.hidden = true;
    button.hidden = false;
  };
  const read = async (text: string): Promise<boolean> => {
    const found = ADDRESS.exec(text);
    if (!found) return false;
    shut();
    await keep(Number(found[1]), Number(found[2]), found[3]!);
    return true;
  };
  button.addEventListener("click", () => {
    view.hidden = false;
    button.hidden = true;
    scan(video, read).then(
      (stopped) => (stop = stopped),
      () => {
        shut();
        tell("no-camera");
      },
    );
  });
  root.part("shut").addEventListener("click", shut);
  if ("mediaDevices" in navigator) button.hidden = false;
}

async function start(): Promise<void> {
  today();
  if (!Root.able()) return;
  typing();
  scanning();
  whenBack(() => void deliver());
  await keepToken();
  await prune(root.account);
  const own = await deviceKey();
  // The camera of the telephone opened the address of a code while there was no network.
  const found = ADDRESS.exec(location.pathname);
  if (found) {
    history.replaceState(null, "", root.given("scope"));
    await keep(Number(found[1]), Number(found[2]), found[3]!);
  }
  await deliver();
  await fetchReader();
  root.part("ready").hidden = !((await keepOffline(root, import.meta.url)) && own);
}

void start();
