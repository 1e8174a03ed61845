// themes shows a chosen theme at once and lets the server remember it; without scripts the same form is sent.
export function themes() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === event.submitter));
    const body = new URLSearchParams(new FormData(form));
    body.set(event.submitter.name, theme);
    fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => {});
  });
}
