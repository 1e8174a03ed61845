// Sharing: puts the employee's own words into the share addresses, copies, and uses the phone's own share sheet.
// Without it every channel is a plain link that already carries the suggested text.
import { startCut } from "./share/cut.js";

const words = () => document.querySelector("[data-share-text]")?.value.trim() ?? "";

// fill puts text and address into a template such as "https://wa.me/?text={text}%20{url}".
function fill(template, text, url) {
  const values = { "{text}": encodeURIComponent(text), "{url}": encodeURIComponent(url) };
  return template.replace(/\{text\}|\{url\}/g, (hole) => values[hole]);
}

function refresh() {
  const text = words();
  for (const link of document.querySelectorAll("a[data-template]")) {
    link.href = fill(link.dataset.template, text, link.dataset.url);
  }
}

// copy answers whether the text is on the clipboard; in-app browsers often have only the old way.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function say(text) {
  if (text) document.dispatchEvent(new CustomEvent("k:toast", { detail: text }));
}

// What is copied: data-copy itself, or the field that data-copy-from names; "{text}" in data-copy is the own words.
async function onCopy(button) {
  const field = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = field ? field.value : button.dataset.copy.replace("{text}", words());
  const done = await copy(text);
  if (!done && field) field.select();
  say(done ? button.dataset.copied : button.dataset.notCopied);
}

async function onShare(button) {
  try {
    await navigator.share({ title: button.dataset.title, text: words(), url: button.dataset.url });
    say(button.dataset.shared);
  } catch (err) {
    if (err.name !== "AbortError") await onCopy(button); // closed by hand is no mishap
  }
}

function showNativeShare(root) {
  for (const button of root.querySelectorAll("[data-share]")) {
    const holder = button.closest("li") ?? button;
    button.hidden = holder.hidden = !navigator.share;
  }
}

document.addEventListener("click", (event) => {
  const share = event.target.closest("[data-share]");
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (share) onShare(share);
  else if (button) onCopy(button);
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-share-text]")) refresh();
});
document.addEventListener("htmx:load", (event) => {
  showNativeShare(event.target);
  refresh();
});
showNativeShare(document);
refresh();

// A clip is handed on with its address too: the own words end by pointing to it.
const captioned = () => `${words()} ${document.querySelector("#link-url")?.value ?? ""}`.trim();
for (const form of document.querySelectorAll("form[data-cut]")) startCut(form, captioned, say);
