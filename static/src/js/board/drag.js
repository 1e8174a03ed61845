// drags moves cards by mouse from anywhere on them, and by finger or pen from their grip, so that the page can still be scrolled.
const far = 6; // pixels, until it is no click
const edge = 48; // pixels from the edge of what can be scrolled

export function drags(board, mover) {
  let held = null;

  board.addEventListener("dragstart", (event) => event.preventDefault()); // the browser's own, of links
  board.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-card]");
    const grip = event.target.closest("[data-grip]");
    if (!card || event.button !== 0 || (event.pointerType !== "mouse" && !grip)) return;
    if (!grip && event.target.closest("input, label, summary, button, form, select")) return;
    held = { card, x: event.clientX, y: event.clientY, id: event.pointerId, ghost: null, over: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    held.at = event;
    if (!held.ghost) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < far) return;
      begin();
    }
    event.preventDefault();
    follow();
  });
  document.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { card, over, ghost } = held;
    end();
    if (!ghost) return;
    // The click that follows is the end of the drag, not of the link.
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
    if (over && over.dataset.stage !== card.dataset.in) mover.to(card, over.dataset.stage);
  });
  document.addEventListener("pointercancel", (event) => { if (held?.id === event.pointerId) end(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held?.ghost) end(); });

  function begin() {
    const box = held.card.getBoundingClientRect();
    const ghost = document.createElement("div");
    ghost.className = "board-ghost";
    ghost.setAttribute("aria-hidden", "true");
    ghost.textContent = held.card.dataset.name;
    ghost.style.width = `${Math.min(box.width, 280)}px`;
    document.body.append(ghost);
    held.ghost = ghost;
    held.card.classList.add("dragged");
    board.classList.add("dragging");
    getSelection()?.removeAllRanges();
    scroll();
  }
  function follow() {
    const { clientX: x, clientY: y } = held.at;
    held.ghost.style.transform = `translate(${x + 8}px, ${y + 8}px)`;
    const over = document.elementFromPoint(x, y)?.closest("[data-stage]") ?? null;
    if (over === held.over) return;
    held.over?.classList.remove("over");
    over?.classList.add("over");
    held.over = over;
  }
  // What the pointer is near the edge of moves under it.
  function scroll() {
    if (!held?.ghost) return;
    const { clientX: x, clientY: y } = held.at;
    const columns = board.querySelector(".board-columns");
    const box = columns.getBoundingClientRect();
    const step = (at, from, to) => (at < from + edge ? -10 : at > to - edge ? 10 : 0);
    if (y > box.top && y < box.bottom) columns.scrollLeft += step(x, Math.max(box.left, 0), Math.min(box.right, innerWidth));
    scrollBy(0, step(y, 0, innerHeight));
    follow();
    requestAnimationFrame(scroll);
  }
  function end() {
    held.ghost?.remove();
    held.card.classList.remove("dragged");
    held.over?.classList.remove("over");
    board.classList.remove("dragging");
    held = null;
  }
}
