// live keeps parts of an open page as the house is now. A part with an id says by data-live="topic topic" what it shows; the server
// tells which topics have changed, and the page asks for itself again, with the rights of then. A part
//   - with data-live-how="ask" is never changed under somebody's hands: a note offers to show what is new, where data-live-version differs;
//   - with data-live-every="5" asks at most that often, in seconds;
//   - with data-live-say="…" says so, now and then, when something came or went in it;
//   - that somebody has fetched more into is treated likewise, but for what only shows anew what is there: [data-live-same];
//   - in which something is .dragging or aria-busy waits until that is over.
// What would move under the pointer, or while text is marked in it, waits as well; a note offers to show it at once.
// A page that nobody can see says so as it asks, and asks once more when it is seen: only then has anything been read.
import htmx from "htmx.org";
import { morph, shape } from "./live/morph.js";
import { signs } from "./live/sign.js";
import { follow } from "./live/stream.js";

const lookAgain = 500; // at whether what waits may be shown
const hands = ".dragging, [aria-busy=true]";
const askAgain = 5000; // after an answer that did not come

export function live() {
  const sign = signs();
  const parts = () => [...document.querySelectorAll("[data-live][id]")];
  if (!sign?.since || !window.EventSource || parts().length === 0) return;
  const stale = new Map(); // id of a part that is out of date -> when to ask for it
  const asked = new Map(); // id -> when it was asked for last
  const waiting = new Map(); // id -> what it is to become
  const grown = new Set(); // of those that somebody has fetched more into
  let fetching = false;
  let timer = 0;
  let looking = 0;
  let unseen = false; // something came while nobody could see the page

  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !unseen) return;
    unseen = false;
    for (const part of parts()) stale.set(part.id, Date.now());
    plan();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target?.closest("[data-live][id]");
    if (part && !event.detail.requestConfig?.elt.closest("[data-live-same]")) grown.add(part.id);
  });

  const topics = (part) => part.dataset.live.split(" ");
  follow({
    since: sign.since,
    topics: () => [...new Set(parts().flatMap(topics))],
    state: sign.state,
    changed(names) {
      for (const part of parts()) {
        if (!names.includes("*") && !topics(part).some((topic) => names.includes(topic))) continue;
        const every = Number(part.dataset.liveEvery || 1) * 1000;
        stale.set(part.id, Math.max(Date.now(), (asked.get(part.id) ?? 0) + every));
      }
      plan();
    },
  });

  function plan() {
    clearTimeout(timer);
    if (!fetching && stale.size > 0) timer = setTimeout(refresh, Math.min(...stale.values()) - Date.now());
  }

  async function refresh() {
    const due = [...stale.keys()].filter((id) => stale.get(id) <= Date.now());
    if (due.length === 0) return plan();
    for (const id of due) {
      stale.delete(id);
      asked.set(id, Date.now());
    }
    fetching = true;
    const fresh = await page();
    fetching = false;
    if (fresh) due.forEach((id) => take(id, fresh.getElementById(id)));
    else if (fresh === null) due.forEach((id) => stale.set(id, Date.now() + askAgain));
    plan();
  }

  // page is this page as it is now; null without an answer, undefined where it is not to be seen any more.
  async function page() {
    unseen ||= document.hidden;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html", "Kollega-Live": document.hidden ? "hidden" : "1" }, redirect: "manual", cache: "no-store" });
      if (answer.ok) return new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.status >= 500) return null;
      sign.gone(); // signed out, or not theirs any more: what is on the screen stays until they say so
      return undefined;
    } catch {
      return null;
    }
  }

  function take(id, next) {
    const part = document.getElementById(id);
    if (!part || !next || part.isEqualNode(next)) return;
    if (part.dataset.liveHow === "ask" || grown.has(id)) {
      if (grown.has(id) || part.dataset.liveVersion !== next.dataset.liveVersion) sign.note(next.dataset.liveNote ?? "", () => location.reload());
    } else if (busy(part, next)) {
      waiting.set(id, next);
      sign.note("", () => showWaiting(true));
      looking ||= setInterval(showWaiting, lookAgain);
    } else {
      waiting.delete(id);
      show(part, next);
    }
  }

  function showWaiting(atOnce) {
    for (const [id, next] of waiting) {
      const part = document.getElementById(id);
      if (part && atOnce !== true && busy(part, next)) continue;
      waiting.delete(id);
      if (part) show(part, next);
    }
    if (waiting.size > 0) return;
    clearInterval(looking);
    looking = 0;
    sign.quiet();
  }

  function show(part, next) {
    const other = shape(part) !== shape(next);
    const above = part.getBoundingClientRect().top < 0 && anchor(part);
    const was = above && above.getBoundingClientRect().top;
    morph(part, next);
    if (above?.isConnected) window.scrollBy({ top: above.getBoundingClientRect().top - was, behavior: "instant" });
    htmx.process(part);
    htmx.trigger(part, "htmx:load");
    if (other && part.dataset.liveSay) sign.say(part.dataset.liveSay);
  }
}

// A finger leaves no pointer behind, whatever :hover says.
let mouse = false;
document.addEventListener("pointermove", (event) => { mouse = event.pointerType === "mouse"; }, { passive: true });

// busy tells whether a part is in somebody's hands.
function busy(part, next) {
  if (part.matches(hands) || part.querySelector(hands)) return true;
  const marked = getSelection();
  if (marked && !marked.isCollapsed && part.contains(marked.anchorNode)) return true;
  return mouse && part.matches(":hover") && shape(part) !== shape(next);
}

// anchor is what is read at the top of the screen in a part that begins above it: it is to stay where it is.
function anchor(part) {
  return [...part.querySelectorAll("tr, li, h2, h3, p")].find((e) => e.getBoundingClientRect().top >= 80);
}
