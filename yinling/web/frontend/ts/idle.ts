const WARN_BEFORE_MS = 120_000;
const CHECK_MS = 5_000;
const SHARED_KEY = "yinling-last-seen";

/**
 * Two minutes before the session ends the dialog `#idle` asks whether to stay signed in. The server's clock starts anew
 * with every request of any tab, so the time of the last one is shared between tabs.
 */
export function idleWarning(page: Document): void {
  const dialog = page.getElementById("idle");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const lifetime = Number(dialog.dataset["seconds"]) * 1000;
  const url = dialog.dataset["keepalive"];
  if (!url || !(lifetime > WARN_BEFORE_MS)) return;

  const seen = (): void => localStorage.setItem(SHARED_KEY, String(Date.now()));
  const left = (): number => lifetime - (Date.now() - Number(localStorage.getItem(SHARED_KEY)));
  seen();
  page.addEventListener("htmx:afterRequest", seen);
  dialog.addEventListener("close", () => {
    // A dialog answered too late must not pretend: the page is loaded again and asks for the password.
    void fetch(url, { credentials: "same-origin", redirect: "manual" }).then((answer) =>
      answer.ok ? seen() : location.reload(),
    );
  });
  const timer = setInterval(() => {
    const rest = left();
    if (rest <= 0) {
      clearInterval(timer);
      dialog.querySelector("[data-ended]")?.removeAttribute("hidden");
      dialog.querySelector("[data-ending]")?.setAttribute("hidden", "");
    }
    if (rest <= WARN_BEFORE_MS && !dialog.open) dialog.showModal();
  }, CHECK_MS);
}
