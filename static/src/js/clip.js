// HR's page of a clip: any moment of it can be the picture. The slider, the player and the preview strip go together.
// Without this file the pictures and the slider still work.
const moment = document.querySelector("[data-moment]");
const video = document.querySelector("video[data-clip-video]");
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

// cues reads what the strip shows when: WebVTT with "strip#xywh=x,y,w,h" as its text.
function cues(text) {
  const seconds = (t) => t.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return [...text.matchAll(/([\d:.]+) --> ([\d:.]+)\n\S*#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map(([, from, to, x, y, w, h]) => ({
    from: seconds(from), to: seconds(to), x: Number(x), y: Number(y), w: Number(w), h: Number(h),
  }));
}

async function start() {
  const { strip, index, duration } = moment.dataset;
  const range = moment.querySelector("input[type=range]");
  const radio = moment.querySelector("input[type=radio]");
  const time = moment.querySelector("output");
  const preview = moment.querySelector(".preview");
  const here = moment.querySelector("[data-here]");
  let tiles = [];
  const show = (at) => {
    time.textContent = clock(at);
    range.setAttribute("aria-valuetext", clock(at));
    const tile = tiles.find((cue) => at < cue.to) ?? tiles.at(-1);
    if (!tile) return;
    preview.hidden = false;
    Object.assign(preview.style, {
      width: `${tile.w}px`, height: `${tile.h}px`, backgroundImage: `url("${strip}")`, backgroundPosition: `-${tile.x}px -${tile.y}px`,
    });
  };
  range.addEventListener("input", () => {
    radio.checked = true;
    show(Number(range.value));
    if (video) video.currentTime = Number(range.value);
  });
  range.addEventListener("pointermove", (event) => { // what would be there
    const box = range.getBoundingClientRect();
    if (!event.buttons) show(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * Number(duration));
  });
  range.addEventListener("pointerleave", () => show(Number(range.value)));
  here.hidden = !video;
  here.addEventListener("click", () => {
    video.pause();
    range.value = video.currentTime;
    radio.checked = true;
    show(Number(range.value));
  });
  if (!index) return;
  try {
    const answer = await fetch(index);
    if (answer.ok) tiles = cues(await answer.text());
    show(Number(range.value));
  } catch {
    // Without the strip the player alone shows what is there.
  }
}

if (moment) start();
