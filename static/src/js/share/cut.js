// The personal download: asks for it, follows how it is made, then hands the file to the phone's own apps or saves it.
// Without this file the form is sent, and the page says how far it has come.
// Milliseconds before the next question: most downloads are there within a second, those that wait for more take their time.
const soon = 150;
const later = 700;
const patience = 3000; // since the first question

export function startCut(form, caption, say) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const name = part("save").getAttribute("download") || "kollega.mp4";
  let asked = 0;
  let began = 0; // when what is followed was asked for
  let file; // the clip, once it is here

  const show = (what) => {
    part("progress").hidden = what !== "progress";
    part("ready").hidden = what !== "ready";
    part("error").hidden = what !== "error";
    part("later").hidden = true;
    part("make").disabled = what === "progress";
  };

  function fail(text) {
    part("error").querySelector("span").textContent = text;
    show("error");
  }

  // Files can be handed on only on a tap, and fetching takes longer than a tap counts: so the file is fetched first.
  async function prepare(url) {
    const format = new FormData(form).get("format");
    part("save").href = `${url}?download=1`;
    part("send").hidden = true;
    show("ready");
    part("said").textContent = form.dataset.tReady;
    if (!navigator.canShare || !matchMedia("(pointer: coarse)").matches) return;
    try {
      const answer = await fetch(url);
      if (!answer.ok) return;
      file = new File([await answer.blob()], name.replace(/[^/]*$/, (n) => n || `kollega-${format}.mp4`), { type: "video/mp4" });
      part("send").hidden = !navigator.canShare({ files: [file] });
    } catch {
      // The plain download is there all the same.
    }
  }

  async function ask(turn) {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
    const state = await answer.json().catch(() => ({}));
    if (turn !== asked) return;
    if (!answer.ok || state.status === "failed") return fail(state.error || state.detail || form.dataset.tFailed);
    if (state.status === "ready") return prepare(state.url);
    const bar = part("progress").querySelector("progress");
    if (state.progress > 0) bar.value = state.progress;
    else bar.removeAttribute("value");
    setTimeout(follow, performance.now() - began < patience ? soon : later, turn);
  }

  const follow = (turn) => ask(turn).catch(() => turn === asked && fail(form.dataset.tFailed));

  function begin() {
    show("progress");
    began = performance.now();
    follow(++asked);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    part("said").textContent = form.dataset.tMaking;
    begin();
  });
  form.addEventListener("change", () => {
    asked++; // what was asked for is no longer what is wanted
    file = undefined;
    show("");
  });
  part("send").addEventListener("click", async () => {
    try {
      await navigator.share({ files: [file], text: caption() });
    } catch (err) {
      if (err.name !== "AbortError") say(form.dataset.tFailed);
    }
  });
  if (!part("progress").hidden) begin();
}
