import { codeAt, draw, isMark, type Kind, sealed } from "./code";
import { ask, keepToken, post, prune, send } from "./outbox";
import { canonical, keepOffline, nonce, Root, sendLater, time, whenBack } from "./page";
import { fetchReader, scan } from "./scan";
import { type Expected, get, type Letter, lettersOf, put, type Room } from "./store";

const MARK = /^yinling:(\d+):(\d+):([0-9a-f]{20})$/;
const LATEST_MS = 10_000;
const root = new Root();
const session = Number(root.given("session"));
const roomId = `${root.account}:${session}`;

let room: Room | undefined;
let kept = false;
let kind: Kind = "in";

interface Prepared {
  now: number;
  seconds: number;
  key: string;
  roster: Expected[];
}

/** Fetch the key and the list while there is a network. By how much this clock is ahead is known to half the way there. */
async function prepare(): Promise<void> {
  const asked = Date.now();
  const answer = await post(root.given("prepare"), {}, root.account).catch(() => null);
  root.part("signed-out").hidden = answer?.type !== "opaqueredirect";
  if (!answer?.ok) return;
  const given = (await answer.json()) as Prepared;
  const raw = Uint8Array.from(atob(given.key), (letter) => letter.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const now = Date.now();
  room = {
    id: roomId,
    account: root.account,
    session,
    key,
    seconds: given.seconds,
    ahead: Math.round((asked + now) / 2 - given.now),
    preparedAt: now,
    roster: given.roster,
  };
  await put("rooms", room);
}

/** Bring in what other devices handed in meanwhile. What this one saw and the answer cannot know yet stays as it is here. */
async function catchUp(): Promise<void> {
  if (!room || !navigator.onLine || document.visibilityState !== "visible") return;
  const asked = Date.now();
  const before = (await mine()).filter((letter) => letter.state === "unsent");
  const answer = await ask(root.given("roster"), root.account).catch(() => null);
  if (answer?.type === "opaqueredirect") root.part("signed-out").hidden = false;
  if (!answer?.ok) return;
  const { roster } = (await answer.json()) as Pick<Prepared, "roster">;
  const since = (await mine()).filter((letter) => letter.madeAt >= asked);
  const own = new Set([...before, ...since].map((letter) => (JSON.parse(letter.payload) as { person: number }).person));
  const known = new Map(room.roster.map((person) => [person.person, person]));
  const latest = roster.map((person) => (own.has(person.person) ? (known.get(person.person) ?? person) : person));
  if (JSON.stringify(latest) === JSON.stringify(room.roster)) return; // nobody's finger loses the name it is about to touch
  room.roster = latest;
  await put("rooms", room);
  await show();
}

/** The code of this moment by the server's clock, and how much of its time is left. */
async function showCode(): Promise<void> {
  if (!room) return;
  const moment = (Date.now() - room.ahead) / 1000;
  const step = Math.floor(moment / room.seconds);
  const left = root.part<HTMLProgressElement>("left");
  left.max = room.seconds;
  left.value = room.seconds - (moment % room.seconds);
  const name = `${kind} ${step}`;
  const place = root.part("square");
  if (place.dataset["shown"] === name) return;
  place.dataset["shown"] = name;
  const [long, short] = await codeAt(room.key, session, kind, step);
  draw(place, `${location.origin}${root.given("address")}${session}/${step}/${long}/`);
  root.part("digits").textContent = `${short.slice(0, 3)} ${short.slice(3)}`;
}

/** The holder of this device saw somebody come or go: keep it sealed, send it if that is possible. */
async function mark(who: number): Promise<void> {
  const person = room?.roster.find((one) => one.person === who);
  if (!room || !person) return;
  const letter = { v: 1, session, person: person.person, kind, at: Date.now(), ahead: room.ahead, nonce: nonce() };
  const payload = canonical(letter);
  await put("letters", {
    nonce: letter.nonce,
    account: root.account,
    url: root.given("letters"),
    session,
    label: `${person.name} ${root.say(kind)}`,
    madeAt: letter.at,
    payload,
    signature: await sealed(room.key, payload),
    state: "unsent",
    text: "",
  } satisfies Letter);
  const shown = room.roster.find((one) => one.person === who) ?? person; // the list may be newer by now
  if (letter.kind === "in") shown.came ||= time(letter.at - room.ahead);
  else shown.left = time(letter.at - room.ahead);
  shown.signed = true;
  await put("rooms", room);
  await deliver();
  if ((await mine()).some((one) => one.state === "unsent")) await sendLater();
}

async function mine(): Promise<Letter[]> {
  const url = root.given("letters");
  return (await lettersOf(root.account)).filter((letter) => letter.url === url);
}

async function deliver(): Promise<void> {
  await keepToken();
  const went = await send(root.account);
  root.part("signed-out").hidden = went !== "signed-out";
  await show();
}

async function show(): Promise<void> {
  const letters = await mine();
  const unsent = letters.filter((letter) => letter.state === "unsent");
  root.part("unsent").textContent = unsent.length > 0 ? root.say("unsent", { n: unsent.length }) : root.say("all-sent");
  root.part("unsent").dataset["state"] = unsent.length > 0 ? "unsent" : "accepted";
  root.part("offline").hidden = navigator.onLine;
  root.part("prepared").textContent =
    room && kept ? root.say("prepared", { time: time(room.preparedAt) }) : root.say("unprepared");
  const refused = letters.filter((letter) => letter.state === "refused");
  root.part("refused").replaceChildren(
    ...refused.map((letter) => {
      const item = document.createElement("li");
      item.textContent = `${letter.label}: ${letter.text}`;
      return item;
    }),
  );
  root.part("refused-head").hidden = refused.length === 0;
  const people = room?.roster ?? [];
  root.part("people").replaceChildren(...people.map(row));
  const came = people.filter((person) => person.came).length;
  root.part("count").textContent = root.say("count", { n: came, all: people.length });
}

function row(person: Expected): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["person"] = String(person.person);
  const name = document.createElement("b");
  name.textContent = person.name;
  const what = document.createElement("small");
  const halves = person.coded && person.signed ? "both" : person.signed ? "seen" : person.coded ? "coded" : "nobody";
  const came = person.came && root.say("came", { time: person.came });
  const left = person.left && root.say("went", { time: person.left });
  what.textContent = [came, left, root.say(halves)].filter(Boolean).join(" · ");
  button.append(name, what);
  button.addEventListener("click", () => confirm(person));
  item.append(button);
  return item;
}

/** One question before it is written down: a name is easily touched by mistake. */
function confirm(person: Expected): void {
  const dialog = root.part<HTMLDialogElement>("confirm");
  root.part("question").textContent = root.say(`question-${kind}`, { name: person.name });
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "yes" && void mark(person.person);
  dialog.showModal();
}

async function scanned(text: string): Promise<boolean> {
  const found = MARK.exec(text);
  if (!found || !room || Number(found[1]) !== session) return false;
  const person = room.roster.find((one) => one.person === Number(found[2]));
  if (!person || !(await isMark(room.key, session, person.person, found[3]!))) return false;
  await mark(person.person);
  return true;
}

function controls(): void {
  for (const button of root.element.querySelectorAll<HTMLButtonElement>("button[data-kind]")) {
    button.addEventListener("click", () => {
      kind = button.dataset["kind"] === "out" ? "out" : "in";
      for (const other of root.element.querySelectorAll("button[data-kind]")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      root.part("heading").textContent = root.say(`heading-${kind}`);
      void showCode();
    });
  }
  const view = root.part("camera");
  let stop = (): void => undefined;
  const shut = (): void => {
    stop();
    view.hidden = true;
  };
  root.part("scan").addEventListener("click", () => {
    view.hidden = false;
    scan(view.querySelector("video")!, async (text) => (await scanned(text)) && (shut(), true)).then(
      (stopped) => (stop = stopped),
      shut,
    );
  });
  root.part("shut").addEventListener("click", shut);
  root.part("refresh").addEventListener("click", () => void prepare().then(deliver));
}

async function start(): Promise<void> {
  if (!Root.able()) return;
  root.part("device").hidden = false;
  controls();
  await keepToken();
  await prune(root.account);
  await prepare();
  room ??= await get<Room>("rooms", roomId);
  await showCode();
  setInterval(() => void showCode(), 500);
  whenBack(() => void deliver().then(catchUp));
  setInterval(() => void catchUp(), LATEST_MS);
  await deliver();
  await fetchReader();
  kept = await keepOffline(root, import.meta.url);
  await show();
}

void start();
