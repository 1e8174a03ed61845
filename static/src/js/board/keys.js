// keys goes through the cards by arrow keys, and moves the card that has focus with Shift and an arrow.
export function keys(board, mover) {
  const columns = () => [...board.querySelectorAll("[data-stage]")];
  const cards = (column) => [...column.querySelectorAll("[data-card]")];
  const focus = (column, at) => {
    const list = cards(column);
    const card = list[Math.min(at, list.length - 1)];
    (card ? card.querySelector(".name") : column.querySelector("[tabindex]")).focus();
  };
  const inMenu = (event, menu) => {
    const items = [menu.querySelector("summary"), ...menu.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    items[(items.indexOf(event.target) + step + items.length) % items.length].focus();
  };
  board.addEventListener("keydown", (event) => {
    const menu = event.target.closest(".moveto[open]");
    if (menu) return inMenu(event, menu);
    const column = event.target.closest("[data-stage]");
    if (!column || !event.key.startsWith("Arrow") || event.ctrlKey || event.altKey || event.metaKey) return;
    const card = event.target.closest("[data-card]");
    const all = columns();
    const at = all.indexOf(column);
    const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    event.preventDefault();
    if (aside) {
      const next = all[at + aside];
      if (!next) mover.say(board.dataset.edge);
      else if (event.shiftKey && card) mover.to(card, next.dataset.stage);
      else focus(next, card ? cards(column).indexOf(card) : 0);
      return;
    }
    const to = (card ? cards(column).indexOf(card) : -1) + (event.key === "ArrowDown" ? 1 : -1);
    if (to >= 0 && to < cards(column).length) focus(column, to);
    else if (to < 0) column.querySelector("[tabindex]").focus();
  });
}
