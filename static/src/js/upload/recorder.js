// Brings the recorder when somebody asks for it, or when a film was left in it: it is heavy, and most pages go without.
import * as kept from "../record/kept.js";

export function offer(root) {
  const place = root.querySelector("[data-recorder]");
  if (!place) return;
  const button = root.querySelector("[data-record]");
  const open = () => {
    button.disabled = true;
    place.hidden = false;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = place.dataset.look;
    const script = document.createElement("script");
    script.src = place.dataset.script;
    script.onload = () => (button.hidden = true);
    script.onerror = () => {
      place.hidden = true;
      button.disabled = false;
      script.remove();
    };
    document.head.append(style, script);
  };
  button.hidden = !navigator.mediaDevices || !window.MediaRecorder;
  button.addEventListener("click", open);
  if (kept.has(root.dataset.job)) open();
}
