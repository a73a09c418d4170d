const SHOWN_MS = 2000;

/** `data-copy="id"` buttons are sent hidden, because without a clipboard (plain HTTP, old web views) they are useless. */
export function copyButtons(page: Document): void {
  if (!navigator.clipboard) return;
  reveal(page);
  // What htmx puts into the page later has buttons of its own.
  page.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) reveal(event.target);
  });
  page.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLButtonElement>("button[data-copy]");
    const source = button && page.getElementById(button.dataset["copy"] ?? "");
    if (!button || !source) return;
    const text = source instanceof HTMLInputElement ? source.value : source.innerText;
    void navigator.clipboard.writeText(text).then(() => confirm(button));
  });
}

function reveal(part: ParentNode): void {
  for (const button of part.querySelectorAll<HTMLButtonElement>("button[data-copy]")) button.hidden = false;
}

/** The button says so itself: a message elsewhere would be missed at 200 % zoom. */
function confirm(button: HTMLButtonElement): void {
  const label = button.textContent;
  button.textContent = button.dataset["copied"] ?? label;
  button.disabled = true;
  setTimeout(() => {
    button.textContent = label;
    button.disabled = false;
  }, SHOWN_MS);
}
