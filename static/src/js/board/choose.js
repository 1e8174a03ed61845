// chooses shows what can be done with the applications that are chosen, once some are; it gives what counts them anew.
export function chooses() {
  const form = document.querySelector("form[data-bulk]");
  if (!form) return () => {};
  const boxes = (root = document) => [...root.querySelectorAll('input[name="application"][form="bulk"]')];
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const none = form.querySelector("[data-choose-none]");
  none.hidden = false;
  const all = (label) => label.closest("[data-stage]") ?? label.closest("table");
  const labels = () => [...document.querySelectorAll("[data-all], [data-all-rows]")];
  const recount = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    form.hidden = chosen === 0;
    form.toggleAttribute("data-on", chosen > 0);
    form.querySelector("[data-chosen]").textContent = numbers.format(chosen);
    for (const label of labels()) {
      const within = boxes(all(label));
      const box = label.querySelector("input");
      const some = within.filter((b) => b.checked).length;
      label.hidden = within.length === 0;
      box.checked = some > 0 && some === within.length;
      box.indeterminate = some > 0 && some < within.length;
    }
  };
  document.addEventListener("change", (event) => {
    const label = event.target.closest("[data-all], [data-all-rows]");
    if (label) for (const box of boxes(all(label))) box.checked = event.target.checked;
    if (label || event.target.matches('input[form="bulk"]')) recount();
  });
  none.addEventListener("click", () => {
    const first = boxes().find((box) => box.checked);
    for (const box of boxes()) box.checked = false;
    recount();
    first?.focus();
  });
  document.addEventListener("htmx:load", recount);
  window.addEventListener("pageshow", recount);
  recount();
  return recount;
}
