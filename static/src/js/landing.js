// The landing page: plays the clip politely and tells the server, once each, what a person saw.
// Nothing is kept on the device; the visit is known only by the signed token in the page.
const all = (selector) => document.querySelectorAll(selector);
const visit = document.querySelector("[data-visit]")?.dataset.visit;
const told = {};

function tell(k, s) {
  if (!visit || (told[k] && !s)) return;
  told[k] = true;
  const body = JSON.stringify({ v: visit, k, s });
  if (!navigator.sendBeacon?.("/e", body)) fetch("/e", { method: "POST", body, keepalive: true }).catch(() => {});
}

// A view is a page that a person has had before their eyes for one second.
let timer;
function look() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(tell, 1000, "view");
}
document.addEventListener("visibilitychange", look);
look();

document.querySelector("form[data-apply]")?.addEventListener("input", () => tell("apply_start"));

const video = document.querySelector("video[data-clip]");
if (video) follow(video);

function follow(video) {
  const on = (events, f) => events.split(" ").map((event) => video.addEventListener(event, f));
  const sound = document.querySelector("[data-sound]");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;
  let sent = 0; // seconds that were told already
  let touched = calm; // a person took over: play and pause are theirs from now on
  let ours = false; // the next pause is ours, not the person's

  // A slow line gets the smaller file, unless the visitor has chosen: nothing was fetched yet.
  const source = video.firstElementChild;
  if (source.dataset.small && /2g|3g/.test(navigator.connection?.effectiveType)) {
    source.src = source.dataset.small;
    video.load();
    for (const choice of all("[data-choice]")) choice.hidden = !choice.hidden;
  }

  // What was really shown, each moment counted once: jumping ahead adds nothing, nor does starting over.
  on("timeupdate", () => {
    const { played, duration } = video;
    let shown = 0.01 * duration; // a player may stop a frame before the end
    for (let i = 0; i < played.length; i++) shown += played.end(i) - played.start(i);
    for (const quarter of [25, 50, 75, 100]) if (shown >= (duration * quarter) / 100) tell("q" + quarter);
  });
  on("playing", () => tell("play"));
  on("pause", () => {
    if (!ours && !video.ended && !document.hidden) touched = true;
    ours = false;
  });
  on("volumechange", () => {
    if (video.muted) return;
    sound.hidden = true;
    if (!video.paused) tell("sound");
  });

  // Which seconds those were is told when the page is left, and again when more were watched since.
  const leave = () => {
    const { played } = video;
    const seconds = new Set();
    for (let i = 0; i < played.length; i++) for (let s = Math.floor(played.start(i)); s < played.end(i); s++) seconds.add(s);
    if (seconds.size > sent) tell("watched", [...seconds]);
    sent = seconds.size;
  };
  on("ended", leave);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden && leave());

  const play = () => video.play().catch(() => {}); // refused: the controls are there
  sound.onclick = () => {
    touched = true;
    video.muted = false; // it goes on where it was
    play();
    video.focus();
    tell("sound");
  };
  if (calm || !window.IntersectionObserver) {
    video.preload = "metadata";
    return;
  }
  video.muted = true;
  sound.hidden = false;
  for (const track of all("track[default]")) track.track.mode = "showing"; // whatever the device prefers: it plays without sound
  new IntersectionObserver(([entry]) => {
    if (touched || video.ended) return;
    if (entry.isIntersecting) play();
    else if (!video.paused) {
      ours = true;
      video.pause();
    }
  }, { threshold: 0.5 }).observe(video);
}
