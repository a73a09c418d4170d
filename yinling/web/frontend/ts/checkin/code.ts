import encodeQR from "qr";
import { hex } from "./page";

export type Kind = "in" | "out";

const MARK_BYTES = 10;
const SVG = "http://www.w3.org/2000/svg";

async function seal(key: CryptoKey, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
}

/** The code of one step, as the server makes it (hours/codes.py). */
export async function codeAt(key: CryptoKey, session: number, kind: Kind, step: number): Promise<[string, string]> {
  const digest = await seal(key, `code:${session}:${kind}:${step}`);
  const number = new DataView(digest.buffer).getBigUint64(MARK_BYTES);
  return [hex(digest.subarray(0, MARK_BYTES)), String(number % 1_000_000n).padStart(6, "0")];
}

/** Whether a person's own square code was made by the platform for this session. */
export async function isMark(key: CryptoKey, session: number, person: number, mark: string): Promise<boolean> {
  return hex((await seal(key, `person:${session}:${person}`)).subarray(0, MARK_BYTES)) === mark;
}

/** The signature of a letter of this device. */
export async function sealed(key: CryptoKey, payload: string): Promise<string> {
  return hex(await seal(key, `letter:${payload}`));
}

/** Draw a text as a square code, dark on light with the quiet margin that readers need. */
export function draw(place: Element, text: string): void {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", dark.join(""));
  picture.append(path);
  place.replaceChildren(picture);
}
