// Answering people: beginnings of sentences, keys, and sending without leaving the list. Every form works without this file.
// The list is looked up each time: it is another one when the page has followed what happened.
const list = () => document.querySelector("[data-waiting]");
const said = () => document.querySelector("[data-said]");
const people = () => [...(list()?.querySelectorAll("[data-person]") ?? [])];

const offer = () => {
  for (const starters of document.querySelectorAll("[data-starters]")) starters.hidden = false;
};
offer();
document.addEventListener("htmx:load", offer);

// A beginning goes into the text, and the rest is the person's: it sends nothing. Its dots are chosen, so that what is written takes their
// place; as long as they stand at the end nothing is taken.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-starters] button");
  if (!button) return;
  const text = document.getElementById(button.closest("[data-starters]").dataset.starters);
  const begun = text.value.trimEnd();
  text.value = (begun ? `${begun} ` : "") + button.textContent;
  text.focus();
  const end = text.value.length;
  text.setSelectionRange(text.value.endsWith("…") ? end - 1 : end, end);
  text.dispatchEvent(new Event("input", { bubbles: true }));
});

// One tap on a kind, and the words can be written.
document.addEventListener("change", (event) => {
  if (!event.target.matches(".answer [name=kind]") || byArrow) return;
  event.target.form.querySelector("textarea").focus();
});

// The arrow keys go through the kinds; they are not to end in the text.
let byArrow = false;
document.addEventListener("keydown", (event) => { byArrow = event.key.startsWith("Arrow"); }, true);
document.addEventListener("pointerdown", () => { byArrow = false; }, true);

function go(person, step) {
  const all = people();
  const next = all[person ? all.indexOf(person) + step : 0];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-answer]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (!list() || event.ctrlKey || event.altKey || event.metaKey) return;
  const person = event.target.closest?.("[data-person]");
  if (event.target.matches("textarea")) {
    if (event.key === "Escape" && person) person.focus();
    return;
  }
  if (!person && !list().contains(event.target)) return; // letters are keys in the list only
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  go(person, step);
  event.preventDefault();
});

// Choosing a kind leads into its text: with the key's press, not before, so that the digit does not come to stand there.
document.addEventListener("keypress", (event) => {
  const person = event.target.closest?.("[data-person]");
  const kind = { 1: 0, 2: 1, 3: 2 }[event.key];
  if (!person || kind === undefined || event.target.matches("textarea")) return;
  event.preventDefault();
  person.querySelectorAll("[name=kind]")[kind].click();
});

function say(text, back) {
  const place = said();
  if (!place) return;
  const words = document.createElement("span");
  words.textContent = text;
  place.replaceChildren(words);
  if (!back) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = back;
  const button = document.createElement("button");
  button.className = "quiet small";
  button.textContent = place.dataset.takeBack;
  form.append(button);
  place.append(form);
}

function refuse(form, text) {
  const place = form.querySelector("[data-refused]");
  place.textContent = text;
  place.hidden = false;
  form.querySelector("textarea").focus();
}

async function give(form) {
  const person = form.closest("[data-person]");
  if (person.getAttribute("aria-busy")) return;
  person.setAttribute("aria-busy", "true");
  form.querySelector("[data-refused]").hidden = true;
  try {
    const res = await fetch(form.getAttribute("action"), {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
    });
    const answer = await res.json();
    if (!res.ok) {
      refuse(form, answer.detail ?? answer.title);
      return;
    }
    const all = people();
    const next = all[all.indexOf(person) + 1] ?? all[all.indexOf(person) - 1];
    const some = form.querySelector("input[type=checkbox][name=owed]:not(:checked)"); // they wait for another answer still
    person.remove();
    if (!next || some) {
      location.assign(answer.at);
      return;
    }
    say(answer.said, answer.back);
    next.focus();
  } catch {
    refuse(form, said()?.dataset.left ?? "");
  } finally {
    person.removeAttribute("aria-busy");
  }
}

// Before others hear of it: to the guard (app/guard.js) a form that goes on has lost nothing, and what is sent here may come back.
document.addEventListener("submit", (event) => {
  if (!event.target.closest("[data-waiting]")) return;
  event.preventDefault();
  give(event.target);
}, true);
