import { all, get, put, type Letter, lettersOf, remove } from "./store";

/** How sending went: all is sent; there is no network; somebody has to sign in first; the platform does not take something. */
export type Sent = "sent" | "offline" | "signed-out" | "stuck";

const AT_ONCE = 50;
const KEEP_MS = 30 * 24 * 3600 * 1000;

/** The token of the forms, kept for the worker, which cannot read cookies. */
export async function keepToken(): Promise<void> {
  const value = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (value) await put("notes", { name: "csrf", value });
}

/** Post something to the platform; a redirect means that nobody is signed in. */
export async function post(url: string, body: object, account: number): Promise<Response> {
  const token = await get<{ value: string }>("notes", "csrf");
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    redirect: "manual",
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": token?.value ?? "",
      "X-Account": String(account),
      "X-Sent-At": String(Date.now()),
    },
    body: JSON.stringify(body),
  });
}

/** Ask the platform for something, as `account`; a redirect means that nobody is signed in. */
export async function ask(url: string, account: number): Promise<Response> {
  return fetch(url, { credentials: "same-origin", redirect: "manual", headers: { "X-Account": String(account) } });
}

/** Send the letters of an account that are not sent yet, in the order they were made. Sent twice, a letter is still one. */
export async function send(account: number): Promise<Sent> {
  const waiting = (await lettersOf(account)).filter((letter) => letter.state === "unsent");
  let all: Sent = "sent";
  while (waiting.length > 0) {
    const url = waiting[0]!.url;
    const end = waiting.findIndex((letter) => letter.url !== url);
    const batch = waiting.splice(0, Math.min(end < 0 ? waiting.length : end, AT_ONCE));
    const went = await sendBatch(url, batch, account);
    // What is not taken (a session that went to another area) stays, and keeps back nothing else.
    if (went === "stuck") all = went;
    else if (went !== "sent") return went;
  }
  return all;
}

async function sendBatch(url: string, batch: Letter[], account: number): Promise<Sent> {
  try {
    const letters = batch.map(({ payload, signature }) => ({ payload, signature }));
    const answer = await post(url, { letters }, account);
    if (answer.type === "opaqueredirect" || [401, 403, 409].includes(answer.status)) return "signed-out";
    if (!answer.ok) return answer.status < 500 ? "stuck" : "offline";
    const { answers } = (await answer.json()) as { answers: Pick<Letter, "state" | "text">[] };
    for (const [index, letter] of batch.entries()) await put("letters", { ...letter, ...answers[index] });
    return "sent";
  } catch {
    return "offline";
  }
}

/** Every account with something to send, for the worker: the server refuses those who are not signed in. */
export async function sendAll(): Promise<void> {
  const letters = await all<Letter>("letters");
  for (const account of new Set(letters.filter((one) => one.state === "unsent").map((one) => one.account))) {
    await send(account);
  }
}

/** Answered letters are shown for a month. */
export async function prune(account: number): Promise<void> {
  for (const letter of await lettersOf(account)) {
    if (letter.state !== "unsent" && Date.now() - letter.madeAt > KEEP_MS) await remove("letters", letter.nonce);
  }
}
