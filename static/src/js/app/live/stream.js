// follow hears from the server which topics have changed, for as long as the page is seen. What happened while it was out of sight, or
// cut off, is told on return: the place in the line is kept. Where no more connections are taken it asks now and then.
const hiddenFor = 10000; // before the connection is let go
const silence = 50000; // after which it is dead, whatever it looks like; the server gives a sign of life every 20 s
const longest = 30000; // between two tries

export function follow({ since, topics, changed, state }) {
  let source = null;
  let tries = 0;
  let hide = 0;
  let watch = 0;
  let again = 0;

  const address = () => {
    const query = new URLSearchParams({ since });
    for (const topic of topics()) query.append("on", topic);
    return `/live?${query}`;
  };

  function open() {
    close();
    source = new EventSource(address());
    source.addEventListener("hello", () => {
      tries = 0;
      state("on");
      alive();
    });
    source.addEventListener("beat", heard);
    source.addEventListener("change", (event) => {
      heard(event);
      changed(event.data.split(" "));
    });
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) ask();
      else state("off"); // the browser tries again by itself
    });
    alive();
  }

  function close() {
    source?.close();
    source = null;
    clearTimeout(watch);
    clearTimeout(again);
  }

  function heard(event) {
    since = event.lastEventId || since;
    alive();
  }

  function alive() {
    clearTimeout(watch);
    watch = setTimeout(() => {
      state("off");
      open();
    }, silence);
  }

  // ask is for when no stream is to be had: it tells why, and what was missed.
  async function ask() {
    close();
    try {
      const answer = await fetch(address(), { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
      if (answer.ok) {
        const { mark, topics: names } = await answer.json();
        since = mark;
        state("slow");
        if (names?.length) changed(names);
        return later(longest);
      }
      if (answer.status === 401 || answer.status === 403) return state("gone");
    } catch {
      // no contact
    }
    state("off");
    later(Math.min(longest, 1000 * 2 ** tries++) * (0.75 + Math.random() / 2));
  }

  function later(wait) {
    clearTimeout(again);
    if (!document.hidden) again = setTimeout(open, wait);
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(hide);
    if (document.hidden) hide = setTimeout(close, hiddenFor);
    else if (!source) open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  window.addEventListener("online", open);
  if (!document.hidden) open();
}
