// Numbers in words, in the page's language; the sentences come from the data-t-* attributes of the page.
const lang = document.documentElement.lang || "en";

export function filled(sentence = "", values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}

export function bytes(n) {
  const mega = n / 1e6;
  const digits = mega < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(mega)} MB`;
}

export function percent(share) {
  return new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

// timeLeft is rough on purpose: a number that jumps every second tells nobody anything.
export function timeLeft(seconds, words) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 10) return words.tLeftSoon;
  if (seconds < 55) return filled(words.tLeftSeconds, { n: Math.ceil(seconds / 10) * 10 });
  const minutes = Math.round(seconds / 60);
  return minutes <= 1 ? words.tLeftMinute : filled(words.tLeftMinutes, { n: minutes });
}

// Speed smooths bytes per second over the last eight seconds.
export class Speed {
  constructor() {
    this.samples = [];
  }

  add(sent) {
    const now = performance.now();
    this.samples.push([now, sent]);
    while (this.samples.length > 2 && now - this.samples[0][0] > 8000) this.samples.shift();
  }

  reset() {
    this.samples = [];
  }

  value() {
    if (this.samples.length < 2) return NaN;
    const [from, to] = [this.samples[0], this.samples.at(-1)];
    const seconds = (to[0] - from[0]) / 1000;
    return seconds < 1 ? NaN : Math.max(0, (to[1] - from[1]) / seconds);
  }
}
