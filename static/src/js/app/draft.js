// drafts keeps what is being written in a [data-draft="address"] on the server, so that it survives a reload or a lost network; nothing is
// left on the device. What cannot be kept now is kept when the network is back, and until then the page is not left without a word.
const pause = 800; // after the last key
const again = 5000; // after a try that failed
const longest = 10_000; // that a try may take: what is sent waits for it

export function drafts() {
  const bind = (root) => root.querySelectorAll("[data-draft]:not([data-drafting])").forEach(follow);
  document.addEventListener("htmx:load", (event) => bind(event.target.parentElement ?? event.target));
  bind(document);
}

function follow(field) {
  const area = field.querySelector("textarea");
  const form = area?.form;
  const state = form?.querySelector(".draft-state");
  if (!state) return;
  field.dataset.drafting = "";
  let kept = area.value;
  let timer = 0;
  let pending = null;

  const say = (waits) => {
    state.textContent = waits ? field.dataset.draftWaits : field.dataset.draftKept;
    state.toggleAttribute("data-waits", waits);
  };
  const plan = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(keep, ms);
  };

  async function keep() {
    clearTimeout(timer);
    if (pending || area.value === kept || !area.isConnected) return;
    const text = area.value;
    pending = fetch(field.dataset.draft, { method: "POST", body: new URLSearchParams({ text }), headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout(longest) })
      .then((answer) => answer.ok || answer.status === 422, () => false); // 422: too long to be kept, which the form says when it is sent
    const done = await pending;
    pending = null;
    if (!area.isConnected) return;
    if (done) kept = text;
    say(!done);
    if (area.value !== kept) plan(done ? pause : again);
  }

  area.addEventListener("input", () => plan(pause));
  window.addEventListener("online", keep);
  // A draft that arrives after the post would be there again: it is waited for.
  form.addEventListener("htmx:confirm", (event) => {
    clearTimeout(timer);
    if (!pending) return;
    event.preventDefault();
    pending.then(() => event.detail.issueRequest());
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) plan(again);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!area.isConnected || area.value === kept) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
