/**
 * A figure's definition, period and as-of time beside it on hover and on keyboard focus. The text is the link's own
 * `title`, which is taken away while the tip shows so that the browser does not show it twice; a screen reader is
 * pointed to the tip meanwhile.
 */
export function tips(page: Document): void {
  const tip = page.createElement("div");
  tip.id = tip.className = "fig-tip";
  tip.hidden = true;
  tip.setAttribute("role", "tooltip");
  page.body.append(tip);
  let shown: HTMLElement | null = null;

  const hide = (): void => {
    if (shown && tip.textContent) shown.title = tip.textContent;
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  };
  const show = (event: Event): void => {
    const figure = event.target instanceof Element ? event.target.closest<HTMLElement>(".fig[title]") : null;
    if (!figure || figure === shown) return;
    hide();
    if (!figure.title) return;
    tip.textContent = figure.title;
    figure.title = "";
    figure.setAttribute("aria-describedby", tip.id);
    shown = figure;
    tip.hidden = false;
    place(tip, figure.getBoundingClientRect());
  };
  const leave = (event: Event): void => {
    const to = event instanceof MouseEvent ? event.relatedTarget : null;
    if (shown && !(to instanceof Node && shown.contains(to))) hide();
  };
  page.addEventListener("mouseover", show);
  page.addEventListener("focusin", show);
  page.addEventListener("mouseout", leave);
  page.addEventListener("focusout", leave);
  page.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

/** Under the figure, or above it where the window ends; never outside on the right. */
function place(tip: HTMLElement, figure: DOMRect): void {
  const below = figure.bottom + 6 + tip.offsetHeight < window.innerHeight;
  const top = below ? figure.bottom + 6 : figure.top - tip.offsetHeight - 6;
  const left = Math.max(8, Math.min(figure.left, document.documentElement.clientWidth - tip.offsetWidth - 8));
  tip.style.top = `${top + window.scrollY}px`;
  tip.style.left = `${left + window.scrollX}px`;
}
