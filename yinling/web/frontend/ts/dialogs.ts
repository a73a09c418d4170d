/** `data-dialog="id"` opens that native dialog instead of following the link; `data-close` shuts the one around it. */
export function dialogs(page: Document): void {
  page.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>("[data-dialog]");
    const dialog = opener && page.getElementById(opener.dataset["dialog"] ?? "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
      return;
    }
    event.target.closest("[data-close]")?.closest("dialog")?.close();
  });
}
