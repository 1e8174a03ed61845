// The landing page: plays the clip politely and tells the server, once each, what a person saw.
// Nothing is kept on the device; the visit is known only by the signed token in the page.
const visit = document.querySelector("[data-visit]")?.dataset.visit;
const told = {};

function tell(kind) {
  if (!visit || told[kind]) return;
  told[kind] = true;
  const body = JSON.stringify({ v: visit, k: kind });
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
  const sound = document.querySelector("[data-sound]");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;
  let touched = false; // a person took over: play and pause are theirs from now on
  let ours = false; // the next pause is ours, not the person's

  // What was really shown, each moment counted once: jumping ahead adds nothing, nor does starting over.
  video.addEventListener("timeupdate", () => {
    const { played, duration } = video;
    let shown = 0.01 * duration; // a player may stop a frame before the end
    for (let i = 0; i < played.length; i++) shown += played.end(i) - played.start(i);
    for (const quarter of [25, 50, 75, 100]) if (shown >= (duration * quarter) / 100) tell("q" + quarter);
  });
  video.addEventListener("playing", () => tell("play"));
  video.addEventListener("pause", () => {
    if (!ours && !video.ended && !document.hidden) touched = true;
    ours = false;
  });
  video.addEventListener("volumechange", () => {
    if (video.muted) return;
    if (sound) sound.hidden = true;
    if (!video.paused) tell("sound");
  });

  const play = () => video.play().catch(() => {}); // refused: the controls are there
  if (sound) {
    sound.hidden = false;
    sound.addEventListener("click", () => {
      touched = true;
      video.muted = false;
      video.currentTime = 0;
      play();
      tell("sound");
    });
  }
  if (calm || !window.IntersectionObserver) return;
  video.muted = true;
  new IntersectionObserver(([entry]) => {
    if (touched || video.ended) return;
    if (entry.isIntersecting) play();
    else if (!video.paused) {
      ours = true;
      video.pause();
    }
  }, { threshold: 0.5 }).observe(video);
}
