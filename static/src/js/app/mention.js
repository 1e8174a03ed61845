// mentions offers colleagues while @ and the beginning of a name are written in a note; those who may be named stand on the page, or are
// asked for where they are too many.
export function mentions() {
  const bind = () => {
    const names = [...document.querySelectorAll("[data-colleagues] li")].map((li) => li.textContent.trim());
    if (names.length === 0) return;
    const at = document.querySelector("[data-colleagues-at]")?.dataset.colleaguesAt;
    for (const area of document.querySelectorAll(".mention-field textarea:not([aria-controls])")) offers(area, at ? asked(at) : here(names));
  };
  document.addEventListener("htmx:load", bind);
  bind();
}

// written is what stands between the last @ and the cursor; null where no name is being written.
function written(area) {
  const found = /(^|[^\p{L}\p{N}])@([\p{L}\p{N} .'-]{0,40})$/u.exec(area.value.slice(0, area.selectionStart));
  return found ? found[2] : null;
}

const most = 6; // offered at once
const pause = 150; // milliseconds without a key before the server is asked

// here finds among the names that stand on the page.
function here(names) {
  const fits = (name, begun) => name.startsWith(begun) || name.includes(` ${begun}`);
  return (begun, show) => show(names.filter((name) => fits(name.toLocaleLowerCase(), begun.toLocaleLowerCase())).slice(0, most));
}

// asked finds by asking the server, once the keys rest; what comes too late is not shown.
function asked(at) {
  let timer;
  let turn = 0;
  return (begun, show) => {
    clearTimeout(timer);
    const mine = ++turn;
    timer = setTimeout(async () => {
      try {
        const answer = await fetch(`${at}?${new URLSearchParams({ q: begun })}`, { headers: { Accept: "application/json" } });
        if (answer.ok && mine === turn) show((await answer.json()).names);
      } catch { /* without an answer the name is written out */ }
    }, pause);
  };
}

function offers(area, find) {
  const list = document.createElement("ul");
  list.className = "offers";
  list.id = `${area.id}-offers`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.labels[0]?.textContent ?? "");
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let at = 0;

  const mark = () => [...list.children].forEach((li, i) => {
    li.setAttribute("aria-selected", String(i === at));
    if (i === at) area.setAttribute("aria-activedescendant", li.id);
  });
  const close = () => {
    list.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };
  const take = (name) => {
    const end = area.selectionStart;
    const start = end - written(area).length;
    area.setRangeText(`${name} `, start, end, "end");
    close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const open = () => {
    const begun = written(area);
    if (begun == null) return close();
    find(begun, (fit) => {
      if (begun === written(area)) show(fit, begun.toLocaleLowerCase()); // else somebody wrote on meanwhile
    });
  };
  const show = (fit, begun) => {
    if (fit.length === 0 || fit.some((name) => name.toLocaleLowerCase() === begun) || document.activeElement !== area) return close();
    at = 0;
    list.replaceChildren(...fit.map((name, i) => {
      const li = document.createElement("li");
      li.id = `${list.id}-${i}`;
      li.setAttribute("role", "option");
      li.textContent = name;
      li.addEventListener("pointerdown", (event) => { event.preventDefault(); take(name); });
      return li;
    }));
    list.hidden = false;
    mark();
  };
  area.addEventListener("input", open);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = (at + step + list.children.length) % list.children.length;
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    if (step) mark();
  });
}
