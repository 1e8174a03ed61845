// counts grows text areas with their text, and counts characters into the .count[data-count-for] of a field.
export function counts() {
  const refresh = (area) => {
    if (area.matches("textarea")) {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 3}px`;
    }
    const counter = area.id && document.querySelector(`[data-count-for="${CSS.escape(area.id)}"]`);
    if (counter) {
      const most = area.maxLength > 0 ? ` / ${area.maxLength}` : "";
      counter.textContent = [...area.value].length + most;
    }
  };
  const all = (root) => root.querySelectorAll("textarea, input[maxlength]").forEach(refresh);
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea, input[maxlength]")) refresh(event.target);
  });
  document.addEventListener("htmx:load", (event) => all(event.target));
  all(document);
}
