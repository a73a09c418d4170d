/** Forms: submit on change, the column chooser, leaving with unsaved entries, and the way to the first error. */
export function forms(page: Document): void {
  submitOnChange(page);
  columnChooser(page);
  warnUnsaved(page);
  keepTyped(page);
  page.querySelector<HTMLElement>("[data-error-summary]")?.focus();
  page.querySelectorAll<HTMLElement>("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}

/** `data-autosubmit` on a form: a changed choice or a complete date sends it. A date being typed is not complete. */
function submitOnChange(page: Document): void {
  page.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return;
    if (field.form?.hasAttribute("data-autosubmit") && field.checkValidity()) field.form.requestSubmit();
  });
}

/** Choices are applied once, when the chooser is shut, so that ticking three boxes loads one page. */
function columnChooser(page: Document): void {
  page.addEventListener(
    "toggle",
    (event) => {
      const chooser = event.target;
      if (!(chooser instanceof HTMLDetailsElement) || !chooser.matches("[data-columns]") || chooser.open) return;
      const form = chooser.querySelector("form");
      if (form && changed(form)) form.requestSubmit();
    },
    true,
  );
}

function changed(form: HTMLFormElement): boolean {
  return [...form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].some(
    (box) => box.checked !== box.defaultChecked,
  );
}

/** `data-unsaved` on a form: the browser asks before entries that were not sent are lost. */
function warnUnsaved(page: Document): void {
  const dirty = new Set<HTMLFormElement>();
  page.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-unsaved]") : null;
    if (form) dirty.add(form);
  });
  page.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement) dirty.delete(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });
}

type Typed = HTMLInputElement | HTMLTextAreaElement;

/** Fields that are fetched anew keep what was typed in them while the answer was under way. */
function keepTyped(page: Document): void {
  const fields = "input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea";
  let typed = new Map<string, string>();
  page.addEventListener("htmx:beforeSwap", (event) => {
    const old = event.target instanceof Element ? event.target.querySelectorAll<Typed>(fields) : [];
    typed = new Map([...old].map((field) => [field.name, field.value]));
  });
  page.addEventListener("htmx:afterSettle", () => {
    for (const field of page.querySelectorAll<Typed>(`[data-keep] :is(${fields})`)) {
      const value = typed.get(field.name);
      if (value !== undefined) field.value = value;
    }
    typed.clear();
  });
}
