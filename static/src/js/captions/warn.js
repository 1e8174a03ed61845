// What makes captions hard to read, in the order it is told.
const fast = 20; // characters a second
const long = 42; // characters a line

// warnings gives the keys of what is wrong with the cue at i.
export function warnings(cues, i) {
  const cue = cues[i];
  const found = [];
  const lines = cue.words.split("\n").map((l) => l.trim()).filter(Boolean);
  if (!(cue.end > cue.start)) found.push("backwards");
  if (!lines.length) found.push("empty");
  if (i > 0 && cue.start < cues[i - 1].end) found.push("overlap");
  if (cue.end > cue.start && lines.join(" ").length / (cue.end - cue.start) > fast) found.push("fast");
  if (lines.length > 2 || lines.some((l) => [...l].length > long)) found.push("long");
  return found;
}
