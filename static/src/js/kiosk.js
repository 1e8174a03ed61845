// The screen in the break room: clips play one after the other, a scanner's line is taken as it is typed, and who has gone is forgotten.
// Nothing is kept on the device. Without this file the page is the same, and a meta element leads back to all jobs.
const { body } = document;
const home = body.dataset.home;
const refreshEvery = 5 * 60; // seconds until the page with all jobs is asked for anew

let last = Date.now();
for (const sign of ["pointerdown", "keydown", "input", "touchmove", "wheel"]) {
  addEventListener(sign, () => { last = Date.now(); }, { passive: true, capture: true });
}

// The page is left in place of itself, so that no way back leads to what it showed; while the line is away it stays, emptied.
let leaving = false;
async function leave() {
  if (leaving) return;
  leaving = true;
  document.querySelector(".take.own")?.remove();
  for (const field of document.querySelectorAll("input")) field.value = "";
  try {
    if ((await fetch(home, { cache: "no-store" })).ok) return location.replace(home);
  } catch {
    // asked again below
  }
  leaving = false;
}

const left = document.querySelector("[data-left]");
setInterval(() => {
  const idle = Number(body.dataset.idle) || refreshEvery;
  const seconds = Math.ceil(idle - (Date.now() - last) / 1000);
  if (left) left.textContent = left.dataset.text.replace("{n}", Math.max(0, seconds));
  if (seconds <= 0) leave();
}, 1000);

document.querySelector("[data-done]")?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

// What was shown to one person does not come back from the browser's memory.
addEventListener("pageshow", (event) => { if (event.persisted) location.replace(home); });

const clips = [...document.querySelectorAll("[data-kiosk-clip]")];
const control = document.querySelector("[data-clips]");
let at = 0;
let stopped = matchMedia("(prefers-reduced-motion: reduce)").matches;

function play() {
  if (stopped || !clips.length) return;
  const clip = clips[at];
  clip.muted = true;
  for (const track of clip.textTracks) if (track.mode === "disabled" && clip.textTracks.length === 1) track.mode = "showing";
  clip.play().catch(() => {}); // a browser that plays nothing by itself shows the picture
}

function next() {
  clips[at].load(); // its picture again
  at = (at + 1) % clips.length;
  play();
}

for (const clip of clips) {
  clip.addEventListener("ended", next);
  clip.querySelector("source").addEventListener("error", () => { if (clip === clips[at] && clips.length > 1) setTimeout(next, 5000); });
}

if (control && clips.length) {
  const say = () => {
    control.querySelector("span").textContent = stopped ? control.dataset.go : control.dataset.stop;
    control.querySelector("use").setAttribute("href", control.querySelector("use").getAttribute("href").replace(/#.*/, stopped ? "#play" : "#pause"));
  };
  control.hidden = false;
  say();
  control.addEventListener("click", () => {
    stopped = !stopped;
    if (stopped) clips[at].pause();
    else play();
    say();
  });
}
play();
