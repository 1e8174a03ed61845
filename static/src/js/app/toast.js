// toasts says short sentences: from scripts by the event "k:toast", from the server by HX-Trigger: {"k:toast": "…"}.
export function toasts() {
  const place = document.querySelector(".toasts");
  if (!place) return;
  const show = (text) => {
    const toast = document.createElement("p");
    toast.className = "toast";
    toast.textContent = text;
    place.append(toast);
    setTimeout(() => toast.remove(), Math.max(4000, text.length * 80));
  };
  document.addEventListener("k:toast", (event) => show(event.detail?.value ?? String(event.detail)));
  document.addEventListener("htmx:sendError", () => show(place.dataset.offline));
  document.addEventListener("htmx:timeout", () => show(place.dataset.offline));
  document.addEventListener("htmx:responseError", () => show(place.dataset.failed));
}
