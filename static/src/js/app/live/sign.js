// signs shows whether the page follows what happens, and notes about what is new. It is calm: a connection that is away for a moment
// is nobody's business, and only what one has to know is read out.
const patience = 4000; // before a lost connection is shown
const sayEvery = 20000; // between two sentences about what came

export function signs() {
  const sign = document.querySelector("[data-live-sign]");
  const notes = document.querySelector(".live-notes");
  const voice = document.querySelector(".live-said");
  if (!sign || !notes || !voice) return null;
  const word = sign.querySelector("span");
  const said = { on: sign.dataset.sayOn, off: sign.dataset.sayOff, slow: sign.dataset.saySlow };
  let timer = 0;
  let spoke = 0;

  function put(name) {
    const changed = sign.dataset.liveSign !== name;
    sign.hidden = false;
    sign.dataset.liveSign = name;
    word.textContent = said[name];
    sign.title = said[name];
    if (name === "off") show(said.off, null, "connection");
    else if (changed) quiet("connection");
  }

  // show puts up one note; a later one takes its place. kind tells those about the connection from those about news.
  function show(text, act, kind) {
    if (notes.dataset.kind === kind && notes.textContent.startsWith(text)) return;
    if (kind === "connection" && notes.dataset.kind === "news") return;
    const note = document.createElement("p");
    note.className = "live-note";
    note.append(text);
    if (act) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = notes.dataset.show;
      button.addEventListener("click", () => {
        quiet(kind);
        act();
      });
      note.append(" ", button);
    }
    notes.dataset.kind = kind;
    notes.replaceChildren(note);
  }

  function quiet(kind = "news") {
    if (notes.dataset.kind === kind) notes.replaceChildren();
  }

  const gone = () => show(notes.dataset.gone, () => location.reload(), "news");

  return {
    since: sign.dataset.since,
    state(name) {
      if (name === "off") {
        if (sign.dataset.liveSign !== "off") timer ||= setTimeout(put, patience, name); // however many tries fail meanwhile
        return;
      }
      clearTimeout(timer);
      timer = 0;
      if (name === "gone") gone();
      else put(name);
    },
    note: (text, act) => show(text || notes.dataset.news, act, "news"),
    gone,
    quiet: () => quiet("news"),
    say(text) {
      if (Date.now() - spoke < sayEvery) return;
      spoke = Date.now();
      voice.textContent = text;
      setTimeout(() => voice.replaceChildren(), 5000); // what came is not read again by who walks through the page
    },
  };
}
