// The uploader of HR and of colleagues: a clip goes in parts straight to the object store. The markup is the partials "upload" and "sending".
import * as memory from "./upload/memory.js";
import { offer } from "./upload/recorder.js";
import { PartSender, Stopped, pause } from "./upload/parts.js";
import { Refused, Server } from "./upload/server.js";
import { Speed, bytes, filled, percent, timeLeft } from "./upload/words.js";

const VIDEO_NAME = /\.(mp4|m4v|mov|webm|mkv|3gp|3g2)$/i;
const SAY_EVERY = 15_000; // ms between progress sentences for screen readers

class Uploader {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.job = root.dataset.job; // what unfinished uploads are remembered by
    this.server = new Server(root.dataset.begin, root.dataset.base);
    this.find = (name) => root.querySelector(`[data-part="${name}"]`);
    this.form = this.find("form");
    this.inputs = [...root.querySelectorAll("input[type=file]")];
    this.speed = new Speed();
    this.listen();
    const name = memory.unfinished(this.job);
    if (name) this.hint(filled(this.words.tUnfinished, { name }));
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.choose(this.chosen);
    });
    for (const input of this.inputs) input.addEventListener("change", () => this.take(input.files[0], input));
    this.root.addEventListener("k:film", (event) => this.take(event.detail));
    for (const kind of ["dragenter", "dragover"]) {
      this.form.addEventListener(kind, (event) => {
        event.preventDefault();
        this.form.classList.add("over");
      });
    }
    for (const kind of ["dragleave", "drop"]) this.form.addEventListener(kind, () => this.form.classList.remove("over"));
    this.form.addEventListener("drop", (event) => {
      event.preventDefault();
      if (this.busy || !event.dataTransfer.files.length) return;
      this.take(event.dataTransfer.files[0]);
    });
    this.find("pause").addEventListener("click", () => this.togglePause());
    this.find("cancel").addEventListener("click", () => this.cancel());
    this.find("retry").addEventListener("click", () => this.choose(this.file));
    addEventListener("online", () => this.sender?.wakeUp());
    addEventListener("offline", () => this.sender?.abort());
    addEventListener("beforeunload", (event) => {
      if (!this.busy) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  // take notes the film that will be sent, wherever it came from: chosen, dropped, just filmed.
  take(file, input) {
    this.chosen = file;
    for (const other of this.inputs) if (other !== input) other.value = "";
    const name = this.find("chosen");
    if (name) {
      name.textContent = file ? `${file.name} · ${bytes(file.size)}` : "";
      name.hidden = !file;
    }
    const title = this.form.elements.title;
    if (file && title && "suggest" in this.form.dataset && !title.value) title.value = file.name.replace(/\.[^.]+$/, "").replace(/[_-]+/g, " ");
    this.hint(file ? this.objection(file) : "");
  }

  // about is what the form says of the film.
  about(file) {
    const said = Object.fromEntries([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    return { ...said, filename: file.name, size: file.size };
  }

  // objection answers why this file cannot be a clip, as far as one can tell from outside; the server looks inside.
  objection(file) {
    const most = Number(this.words.maxBytes) || 600e6;
    if (file.size === 0) return this.words.tEmptyFile;
    if (file.size > most) return filled(this.words.tTooBig, { size: bytes(file.size), most: bytes(most) });
    if (!file.type.startsWith("video/") && !VIDEO_NAME.test(file.name)) return this.words.tNotVideo;
    return "";
  }

  async choose(file) {
    if (!file) return this.hint(this.words.tChoose);
    const objection = this.objection(file);
    if (objection) return this.hint(objection);
    if (this.busy) return;
    this.file = file;
    this.show("sending");
    this.say(this.words.tStarting);
    try {
      await this.send(file);
    } catch (err) {
      this.failed(err);
    } finally {
      this.busy = false;
      this.sender = null;
    }
  }

  async send(file) {
    this.busy = true;
    const plan = await this.start(file);
    if (plan) {
      this.sender = new PartSender(file, plan, {
        refresh: () => this.server.plan(this.id),
        address: (url) => this.address(url),
        onProgress: () => this.progress(),
        onWaiting: (reason) => this.waiting(reason),
      });
      const parts = await this.withTags(await this.sender.run());
      this.state(this.words.tFinishing, 1);
      this.buttons({});
      await this.server.complete(this.id, parts);
    }
    this.busy = false; // from here on the server works alone: the page may be left
    memory.forget(this.job, file);
    this.root.dispatchEvent(new CustomEvent("k:sent"));
    await this.follow();
  }

  // start answers where the parts go; for a file that was begun before, what is already there; null if all of it is.
  async start(file) {
    const known = memory.recall(this.job, file);
    if (known) {
      this.id = known.id;
      try {
        return await this.server.plan(known.id);
      } catch (err) {
        if (!(err instanceof Refused) || ![404, 409, 410].includes(err.status)) throw err;
        const now = err.status === 409 && (await this.server.status(known.id)).status;
        if (["processing", "ready", "published"].includes(now)) return null;
        memory.forget(this.job, file);
      }
    }
    const clip = await this.server.create(this.about(file));
    this.id = clip.id;
    memory.remember(this.job, file, clip.id);
    return clip.upload;
  }

  // withTags asks the server for ETags that the object store kept from us (CORS without ExposeHeaders).
  async withTags(parts) {
    if (parts.every((part) => part.etag)) return parts;
    const { done = [] } = await this.server.plan(this.id);
    const known = new Map(done.map((part) => [part.number, part.etag]));
    return parts.map(({ number, etag }) => ({ number, etag: etag || known.get(number) }));
  }

  // address sends parts for the embedded object store to the origin this page came from, whatever name was used for it.
  address(url) {
    const target = new URL(url, location.href);
    if (target.origin === this.words.publicOrigin && target.origin !== location.origin) return target.pathname + target.search;
    return target.href;
  }

  progress() {
    if (!this.sender || this.sender.paused) return;
    const sent = this.sender.sent();
    this.speed.add(sent);
    const speed = this.speed.value();
    const values = { done: bytes(sent), total: bytes(this.file.size), percent: percent(sent / this.file.size) };
    let text = filled(this.words.tProgress, values);
    if (speed > 0) {
      text += ` · ${filled(this.words.tSpeed, { speed: bytes(speed) })}`;
      text += ` · ${timeLeft((this.file.size - sent) / speed, this.words)}`;
    }
    if (!this.reason) this.state(text, sent / this.file.size);
    this.sayNow(text);
  }

  waiting(reason) {
    if (reason === this.reason) return;
    this.reason = reason;
    this.speed.reset();
    const text = { paused: this.words.tPaused, offline: this.words.tOffline, retry: this.words.tRetrying }[reason];
    if (!text) return;
    this.state(text);
    this.say(text);
  }

  // follow shows the server's work on the clip until it has an end.
  async follow() {
    this.buttons({});
    this.say(this.words.tProcessing);
    for (;;) {
      const clip = await this.server.status(this.id);
      if (clip.status === "ready" || clip.status === "published") return this.done();
      if (clip.status === "failed" || clip.status === "rejected") throw new Refused(422, clip.error?.message);
      const stumbled = clip.error?.message ? `${clip.error.message} ` : ""; // it is tried again by itself
      this.state(stumbled + filled(this.words.tProcessingAt, { percent: percent(clip.progress || 0) }), clip.progress || 0);
      await pause(2000);
    }
  }

  done() {
    this.find("sheet").classList.add("done");
    this.state(this.words.tDone, 1);
    this.say(this.words.tDone);
    const link = this.find("link");
    link.href = filled(this.words.clipUrl, { id: this.id });
    link.hidden = false;
    link.focus();
  }

  failed(err) {
    if (err instanceof Stopped) return;
    const sessionOver = err.status === 401;
    const text = sessionOver ? this.words.tSignedOut : err.message || this.words.tFailed;
    this.find("sheet").classList.add("failed");
    this.state(text);
    this.say(text);
    this.buttons({ retry: true, cancel: true });
    if (err instanceof Refused && err.status === 422) {
      memory.forget(this.job, this.file); // the file itself was refused: the same one would be again
      this.form.hidden = false;
      this.buttons({});
    }
  }

  togglePause() {
    const paused = !this.sender?.paused;
    if (paused) this.sender?.pause();
    else this.sender?.resume();
    this.find("pause").textContent = paused ? this.words.tContinue : this.words.tPause;
  }

  async cancel() {
    this.sender?.cancel();
    if (this.file) memory.forget(this.job, this.file);
    if (this.id) await this.server.cancel(this.id).catch(() => {}); // what is left over is cleared away by the server in time
    this.busy = false;
    this.show("choosing");
    this.hint(this.words.tCancelled);
  }

  show(view) {
    const sending = view === "sending";
    const sheet = this.find("sheet");
    this.reason = "";
    this.speed.reset();
    this.form.hidden = sending;
    sheet.hidden = !sending;
    sheet.classList.remove("failed", "done");
    this.find("link").hidden = true;
    this.find("pause").textContent = this.words.tPause;
    this.hint("");
    if (!sending) return;
    this.find("name").textContent = this.file.name;
    this.find("size").textContent = bytes(this.file.size);
    this.state(this.words.tStarting, 0);
    this.buttons({ pause: true, cancel: true });
    this.find("pause").focus();
  }

  buttons({ pause = false, cancel = false, retry = false }) {
    this.find("pause").hidden = !pause;
    this.find("cancel").hidden = !cancel;
    this.find("retry").hidden = !retry;
  }

  state(text, share) {
    this.find("state").textContent = text;
    if (share !== undefined) this.find("bar").value = share;
  }

  hint(text) {
    const place = this.find("hint");
    place.textContent = text;
    place.hidden = !text;
  }

  say(text) {
    this.saidAt = performance.now();
    this.find("live").textContent = text;
  }

  sayNow(text) {
    if (performance.now() - (this.saidAt ?? 0) > SAY_EVERY) this.say(text);
  }
}

// watch follows a clip that is being processed when the page is opened, and shows the page anew when it is done.
async function watch(place) {
  const bar = place.querySelector("progress");
  const number = place.querySelector("[data-part=percent]");
  const server = new Server("", place.dataset.base || "/hr/clips");
  for (;;) {
    const clip = await server.status(place.dataset.clipProgress);
    if (clip.status !== "processing") return location.reload();
    bar.value = clip.progress || 0;
    if (number) number.textContent = percent(clip.progress || 0);
    await pause(2000);
  }
}

for (const root of document.querySelectorAll("[data-upload]")) {
  new Uploader(root);
  offer(root);
}
for (const place of document.querySelectorAll("[data-clip-progress]")) watch(place).catch(() => {});
