// The editor of captions: a list of cues beside the clip. Without it the form takes WebVTT as text.
import { clock, read, seconds, write } from "./captions/vtt.js";
import { warnings } from "./captions/warn.js";

const step = 0.1; // seconds of a nudge
const length = 2; // seconds of a new cue
const most = 200; // steps that can be undone

const form = document.querySelector("form[data-captions]");
if (form) edit(form);

function edit(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const source = form.elements.vtt;
  const base = form.elements.base;
  const video = form.querySelector("video");
  const list = part("list");
  const draft = `kollega.captions ${form.dataset.captions}`;
  let cues = read(source.value);
  let past = [];
  let saved = write(cues);
  let chosen = 0;
  let approve = "";

  source.closest(".field").hidden = true;
  part("editor").hidden = part("keys").hidden = false;

  const track = video?.addTextTrack("captions", "", "");
  if (track) track.mode = "showing";

  const state = (key) => (part("state").textContent = form.dataset["t" + key[0].toUpperCase() + key.slice(1)] ?? "");
  const now = () => video?.currentTime ?? 0;
  const copy = () => cues.map((cue) => ({ ...cue }));

  // keep remembers what stands, to be undone.
  function keep() {
    past.push(JSON.stringify(cues));
    if (past.length > most) past.shift();
  }

  function row(cue, i) {
    const li = part("row").content.firstElementChild.cloneNode(true);
    li.dataset.i = i;
    for (const name of ["start", "end"]) li.querySelector(`[data-time="${name}"]`).value = clock(cue[name]);
    li.querySelector("[data-words]").value = cue.words;
    li.setAttribute("aria-label", form.dataset.tCue.replace("{n}", i + 1));
    return li;
  }

  // draw shows the list anew; the cue at focus gets the keyboard.
  function draw(focus) {
    list.replaceChildren(...cues.map(row));
    if (focus !== undefined && cues.length) {
      chosen = Math.max(0, Math.min(focus, cues.length - 1));
      list.children[chosen].querySelector("[data-words]").focus();
    }
    changed();
  }

  // changed follows a change: the text that is saved, the warnings, the preview, the draft.
  function changed() {
    source.value = write(cues);
    form.querySelector('[data-do="undo"]').disabled = past.length === 0;
    cues.forEach((_, i) => {
      const warn = list.children[i]?.querySelector("[data-warn]");
      const found = warnings(cues, i).map((key) => form.dataset["t" + key[0].toUpperCase() + key.slice(1)]);
      warn.hidden = !found.length;
      warn.textContent = found.join(" ");
    });
    preview();
    if (source.value === saved) {
      localStorage.removeItem(draft);
      return;
    }
    state("unsaved");
    try {
      localStorage.setItem(draft, JSON.stringify({ base: base.value, vtt: source.value }));
    } catch {
      // no room, or private browsing: the page still warns before it is left
    }
  }

  function preview() {
    if (!track) return;
    for (const old of [...(track.cues ?? [])]) track.removeCue(old);
    for (const cue of cues) {
      if (cue.end > cue.start && cue.words.trim()) track.addCue(new VTTCue(cue.start, cue.end, cue.words));
    }
    follow();
  }

  // follow marks what is said now.
  function follow() {
    const at = cues.findIndex((cue) => cue.start <= now() && now() < cue.end);
    for (const li of list.children) {
      const is = Number(li.dataset.i) === at;
      if (is && !li.hasAttribute("aria-current") && !video.paused && !list.contains(document.activeElement)) li.scrollIntoView({ block: "nearest" });
      li.toggleAttribute("aria-current", is);
      if (is) li.setAttribute("aria-current", "true");
    }
  }

  function time(i, name, value) {
    keep();
    cues[i][name] = Math.max(0, Math.round(value * 1000) / 1000);
    list.children[i].querySelector(`[data-time="${name}"]`).value = clock(cues[i][name]);
    changed();
  }

  function split(i) {
    const cue = cues[i];
    const area = list.children[i].querySelector("[data-words]");
    let at = area.selectionStart;
    if (at <= 0 || at >= cue.words.length) at = cue.words.indexOf(" ", cue.words.length / 2);
    if (at < 0) at = Math.ceil(cue.words.length / 2);
    const inside = now() > cue.start && now() < cue.end;
    const middle = inside ? now() : cue.start + (cue.end - cue.start) * (at / Math.max(1, cue.words.length));
    keep();
    cues.splice(i, 1, { ...cue, end: middle, words: cue.words.slice(0, at).trim() }, { ...cue, start: middle, words: cue.words.slice(at).trim() });
    draw(i + 1);
  }

  function merge(i) {
    if (i + 1 >= cues.length) return;
    keep();
    const [one, two] = cues.splice(i, 2);
    cues.splice(i, 0, { start: one.start, end: Math.max(one.end, two.end), words: `${one.words}\n${two.words}`.trim() });
    draw(i);
  }

  function add() {
    keep();
    const start = now();
    const next = cues.findIndex((cue) => cue.start > start);
    const at = next < 0 ? cues.length : next;
    const end = next < 0 ? start + length : Math.min(start + length, cues[next].start);
    cues.splice(at, 0, { start, end: end > start ? end : start + length, words: "" });
    draw(at);
  }

  const deeds = {
    add,
    split,
    merge,
    undo() {
      if (!past.length) return;
      cues = JSON.parse(past.pop());
      draw(chosen);
    },
    start: (i) => time(i, "start", now()),
    end: (i) => time(i, "end", now()),
    "start-": (i) => time(i, "start", cues[i].start - step),
    "start+": (i) => time(i, "start", cues[i].start + step),
    "end-": (i) => time(i, "end", cues[i].end - step),
    "end+": (i) => time(i, "end", cues[i].end + step),
    delete(i) {
      keep();
      cues.splice(i, 1);
      draw(i);
    },
    jump(i) {
      if (!video) return;
      video.currentTime = cues[i].start + 0.001;
      video.play();
    },
    play: () => (video?.paused ? video.play() : video?.pause()),
    next: () => draw(chosen + 1),
    previous: () => draw(chosen - 1),
    save: () => form.requestSubmit(form.querySelector("#vtt-actions button")),
  };

  // do does a deed with the cue that is chosen; those that need one do nothing without.
  function perform(name, i = chosen) {
    if (["add", "undo", "play", "save"].includes(name) || cues[i]) deeds[name](i);
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const li = button.closest(".cue");
    if (li) chosen = Number(li.dataset.i);
    perform(button.dataset.do);
  });
  list.addEventListener("focusin", (event) => {
    const li = event.target.closest(".cue");
    if (!li) return;
    chosen = Number(li.dataset.i);
    list.dataset.before = JSON.stringify(cues);
  });
  list.addEventListener("input", (event) => {
    const i = Number(event.target.closest(".cue").dataset.i);
    if (event.target.matches("[data-words]")) cues[i].words = event.target.value;
    else return; // a time counts when it is whole
    if (list.dataset.before) past.push(list.dataset.before);
    delete list.dataset.before; // one step of undoing for one visit of a field
    changed();
  });
  list.addEventListener("change", (event) => {
    const name = event.target.dataset.time;
    if (!name) return;
    const i = Number(event.target.closest(".cue").dataset.i);
    const value = seconds(event.target.value);
    if (Number.isNaN(value)) event.target.value = clock(cues[i][name]);
    else time(i, name, value);
  });

  // Alt with a letter, by its place on the keyboard: Alt makes other characters on some systems.
  const keys = {
    KeyI: "start", KeyO: "end", KeyS: "split", KeyM: "merge", KeyN: "add", Backspace: "delete", KeyZ: "undo",
    ArrowUp: "previous", ArrowDown: "next", KeyJ: "jump", KeyP: "play",
  };
  document.addEventListener("keydown", (event) => {
    let name;
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyS") name = "save";
    else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") name = "play";
    else if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const side = event.shiftKey ? "end" : "start";
      name = { Comma: side + "-", Period: side + "+" }[event.code] ?? keys[event.code];
    }
    if (!name) return;
    event.preventDefault();
    perform(name);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    data.set("vtt", write([...copy()].sort((a, b) => a.start - b.start)));
    approve = event.submitter?.name === "approve" ? "true" : "";
    if (approve) data.set("approve", approve);
    const sent = source.value;
    state("saving");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: "application/json" } });
      const body = await answer.json();
      if (!answer.ok) {
        part("state").textContent = body.detail || form.dataset.tOffline;
        return;
      }
      base.value = body.base;
      saved = sent;
      localStorage.removeItem(draft);
      state("saved");
      if (approve) location.reload();
    } catch {
      state("offline"); // what was written stays here and in the draft
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (source.value === saved) return;
    event.preventDefault();
    event.returnValue = "";
  });

  video?.addEventListener("timeupdate", follow);
  try {
    const kept = JSON.parse(localStorage.getItem(draft) ?? "null");
    if (kept && kept.base === base.value && kept.vtt !== saved) {
      past.push(JSON.stringify(cues));
      cues = read(kept.vtt);
      draw();
      state("restored");
    } else draw();
  } catch {
    draw();
  }
}
