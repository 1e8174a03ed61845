// Cues as WebVTT, and back. The server checks what is saved; this reads what the server wrote.
const line = /^((?:\d+:)?\d+:\d+[.,]\d+)\s+-->\s+((?:\d+:)?\d+:\d+[.,]\d+)/;

// seconds reads "1:02.5", "62,5" or "0:01:02.500"; NaN for what is no time.
export function seconds(text) {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return NaN;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

const pad = (n, width) => String(n).padStart(width, "0");

// clock writes seconds as "1:02.500".
export function clock(time) {
  const ms = Math.max(0, Math.round(time * 1000));
  return `${Math.floor(ms / 60000)}:${pad(Math.floor(ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}

function stamp(time) {
  const ms = Math.max(0, Math.round(time * 1000));
  return `${pad(Math.floor(ms / 3600000), 2)}:${pad(Math.floor(ms / 60000) % 60, 2)}:${pad(Math.floor(ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": "" };

// read gives the cues of a text: {start, end, words}.
export function read(text) {
  const cues = [];
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    const lines = block.split("\n");
    const at = lines.findIndex((l) => line.test(l));
    if (at < 0) continue;
    const [, start, end] = lines[at].match(line);
    const words = lines.slice(at + 1).join("\n").replace(/<[^>]*>/g, "").replace(/&[a-z]+;/g, (e) => entities[e] ?? e);
    cues.push({ start: seconds(start), end: seconds(end), words });
  }
  return cues;
}

const escaped = { "&": "&amp;", "<": "&lt;" };

// write gives the text of cues; an empty line would end one, so there is none within.
export function write(cues) {
  return "WEBVTT\n" + cues.map((cue) => {
    const words = cue.words.split("\n").map((l) => l.trim()).filter(Boolean).join("\n").replace(/-->/g, "→").replace(/[&<]/g, (c) => escaped[c]);
    return `\n${stamp(cue.start)} --> ${stamp(cue.end)}\n${words}\n`;
  }).join("");
}
