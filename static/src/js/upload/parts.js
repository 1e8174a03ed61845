// Sends the parts of one file to their presigned addresses: three at once, patiently, with pause and new addresses.

const AT_ONCE = 3;
const TRIES = 8;
const STALL = 45_000; // ms without a byte before a part is tried anew

export class Stopped extends Error {}

// PartSender calls onProgress(bytes) as bytes leave, onWaiting(reason) when it can only wait ("offline", "retry", "").
export class PartSender {
  constructor(file, plan, { refresh, onProgress, onWaiting, address }) {
    Object.assign(this, { file, refresh, onProgress, onWaiting, address });
    this.partSize = plan.part_size;
    this.urls = new Map(plan.parts.map((part) => [part.number, part.url]));
    this.etags = new Map((plan.done ?? []).map((part) => [part.number, part.etag]));
    this.total = Math.max(1, Math.ceil(file.size / plan.part_size));
    this.inFlight = new Map(); // number -> bytes sent so far
    this.requests = new Set();
    this.paused = false;
    this.cancelled = false;
    this.wake = [];
  }

  size(number) {
    return Math.min(this.partSize, this.file.size - (number - 1) * this.partSize);
  }

  sent() {
    let bytes = 0;
    for (const number of this.etags.keys()) bytes += this.size(number);
    for (const part of this.inFlight.values()) bytes += part;
    return Math.min(bytes, this.file.size);
  }

  // run sends what is missing and answers the list that "complete" wants.
  async run() {
    this.queue = [];
    for (let number = 1; number <= this.total; number++) if (!this.etags.has(number)) this.queue.push(number);
    const lanes = Array.from({ length: Math.min(AT_ONCE, this.queue.length) }, () => this.lane());
    try {
      await Promise.all(lanes);
    } catch (err) {
      this.cancel(); // one part failed for good: the other lanes stop too
      throw err;
    }
    return [...this.etags].sort((a, b) => a[0] - b[0]).map(([number, etag]) => ({ number, etag }));
  }

  async lane() {
    while (this.queue.length > 0) await this.part(this.queue.shift());
  }

  async part(number) {
    let expired = 0;
    for (let attempt = 0; ; ) {
      await this.ready();
      try {
        const etag = await this.put(number);
        this.inFlight.delete(number);
        this.etags.set(number, etag);
        this.onWaiting("");
        this.onProgress();
        return;
      } catch (failure) {
        this.inFlight.delete(number);
        this.onProgress();
        if (this.cancelled) throw new Stopped();
        if (this.paused || !navigator.onLine) continue;
        if (failure.status === 403 && expired++ < 3) {
          await this.renew();
          continue;
        }
        const final = failure.status >= 400 && failure.status < 500 && ![408, 425, 429].includes(failure.status);
        if (final || ++attempt >= TRIES) throw failure;
        this.onWaiting("retry");
        await pause(Math.min(30_000, 1000 * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2));
      }
    }
  }

  // put answers the part's ETag, or "" where the object store does not show it.
  put(number) {
    return new Promise((resolve, reject) => {
      const url = this.urls.get(number);
      if (!url) {
        reject({ status: 403 });
        return;
      }
      const from = (number - 1) * this.partSize;
      const xhr = new XMLHttpRequest();
      let stall;
      const alive = () => {
        clearTimeout(stall);
        stall = setTimeout(() => xhr.abort(), STALL);
      };
      const over = (then, value) => {
        clearTimeout(stall);
        this.requests.delete(xhr);
        then(value);
      };
      xhr.open("PUT", this.address(url));
      xhr.upload.onprogress = (event) => {
        alive();
        this.inFlight.set(number, event.loaded);
        this.onProgress();
      };
      xhr.onload = () => {
        if (xhr.status >= 200 && xhr.status < 300) over(resolve, xhr.getResponseHeader("ETag") ?? "");
        else over(reject, { status: xhr.status });
      };
      xhr.onerror = xhr.onabort = () => over(reject, { status: 0 });
      this.requests.add(xhr);
      alive();
      xhr.send(this.file.slice(from, from + this.size(number)));
    });
  }

  // renew fetches fresh addresses once, however many parts found theirs too old.
  renew() {
    this.renewing ??= this.refresh()
      .then((plan) => {
        for (const part of plan.parts) this.urls.set(part.number, part.url);
      })
      .finally(() => (this.renewing = null));
    return this.renewing;
  }

  // ready waits while the person paused or the network is away.
  async ready() {
    while (!this.cancelled && (this.paused || !navigator.onLine)) {
      this.onWaiting(this.paused ? "paused" : "offline");
      await new Promise((resolve) => this.wake.push(resolve));
    }
    if (this.cancelled) throw new Stopped();
  }

  wakeUp() {
    for (const resolve of this.wake.splice(0)) resolve();
  }

  pause() {
    this.paused = true;
    this.abort();
  }

  resume() {
    this.paused = false;
    this.onWaiting("");
    this.wakeUp();
  }

  cancel() {
    this.cancelled = true;
    this.queue = [];
    this.abort();
    this.wakeUp();
  }

  abort() {
    for (const xhr of this.requests) xhr.abort();
  }
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
