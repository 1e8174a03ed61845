// A job's board: cards are moved by dragging and by keyboard, and several are chosen at once. Every step works without this file, too.
import { chooses } from "./board/choose.js";
import { drags } from "./board/drag.js";
import { keys } from "./board/keys.js";
import { moves } from "./board/move.js";

const recount = chooses();
const board = document.querySelector("[data-board]");
if (board) {
  const mover = moves(board, recount);
  drags(board, mover);
  keys(board, mover);
  board.addEventListener("toggle", ({ target }) => { // a menu opens where nothing lies over it
    if (target.open) target.querySelector(".panel")?.scrollIntoView({ block: "nearest" });
  }, true);
}
