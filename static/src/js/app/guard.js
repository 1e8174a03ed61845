// guards warns before a changed form[data-guard] is left unsent; what is chosen in [data-free] alone is no loss.
export function guards() {
  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form && !event.target.closest("[data-free]")) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of changed) {
      if (!form.isConnected) continue;
      event.preventDefault();
      event.returnValue = "";
      return;
    }
  });
}
