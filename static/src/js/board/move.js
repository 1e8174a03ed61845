// moves sends cards to other columns. The server says where a card is then, also when somebody else was first, and the board shows that.
export function moves(board, recount) {
  const now = document.querySelector("[data-now]");
  const numbers = new Intl.NumberFormat(document.documentElement.lang);

  const made = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content;
  };
  // The one live region: what happened, and what can be done about it.
  const say = (text, bar = "") => {
    const p = document.createElement("p");
    p.textContent = text;
    now.replaceChildren(p, made(bar));
  };
  const column = (stage) => board.querySelector(`[data-stage="${stage}"]`);
  const cards = (list) => [...list.querySelectorAll("[data-card]")];

  // Newest first, as the server has them.
  const insert = (list, card) => {
    const after = cards(list).find((other) => other.dataset.at < card.dataset.at) ?? list.querySelector("[data-more]");
    list.insertBefore(card, after);
  };
  const show = (answer) => {
    document.getElementById(`card-${answer.id}`)?.remove();
    const to = column(answer.stage);
    const list = to.querySelector("[data-cards]");
    const card = made(answer.card).firstElementChild;
    if (list) insert(list, card);
    for (const [stage, count] of Object.entries(answer.counts ?? {})) {
      const at = column(stage);
      if (!at) continue;
      at.querySelector("[data-count]").textContent = numbers.format(count);
      const none = at.querySelector("[data-none]");
      if (none) none.hidden = cards(at).length > 0;
    }
    recount();
    (list ? card.querySelector(".name") : to.querySelector("[tabindex]")).focus();
  };

  let busy = false;
  const ask = async (form, stage) => {
    if (busy) return;
    busy = true;
    const body = new URLSearchParams(new FormData(form));
    if (stage) body.set("stage", stage);
    const card = form.closest("[data-card]");
    card?.setAttribute("aria-busy", "true");
    try {
      const res = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await res.json();
      if (answer.card) show(answer);
      say(answer.said ?? answer.detail ?? board.dataset.failed, answer.bar);
    } catch {
      say(board.dataset.lost);
    } finally {
      busy = false;
      card?.removeAttribute("aria-busy");
    }
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-move], form[data-undo-move]")) return;
    event.preventDefault();
    ask(event.target, event.submitter?.name === "stage" ? event.submitter.value : "");
  });
  // A card that was moved here before its page was fetched is there already.
  document.addEventListener("htmx:load", () => {
    const seen = new Set();
    for (const card of board.querySelectorAll("[data-card]")) {
      if (seen.has(card.dataset.card)) card.remove();
      seen.add(card.dataset.card);
    }
  });
  return {
    say,
    to: (card, stage) => ask(card.querySelector("form[data-move]"), stage),
  };
}
