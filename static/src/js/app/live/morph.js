// morph makes an element like another and leaves every node that is alike where it is, so that focus, what is selected or typed, open
// menus and the place on the page stay. Rows and cards are told apart by their id or data-key.
export function morph(old, fresh) {
  const at = document.activeElement;
  const back = at && old.contains(at) ? finder(old, at) : null;
  become(old, fresh);
  if (!back || document.activeElement === at) return;
  if (at.isConnected) {
    at.focus({ preventScroll: true }); // its row was moved
    return;
  }
  const same = back(); // its card is in another column now
  if (!same) old.tabIndex = -1; // it is gone: go on from here, not from the top of the page
  (same ?? old).focus({ preventScroll: true });
}

// finder finds again what does the same in the row or card of the same key.
function finder(root, element) {
  const row = element.closest("[data-key], [id]");
  const name = row && root !== row && key(row);
  const address = element.getAttribute("href");
  return () => {
    const now = name && [...root.querySelectorAll("[data-key], [id]")].find((e) => key(e) === name);
    if (!now || now.nodeName !== row.nodeName) return null;
    if (row === element) return now;
    return [...now.querySelectorAll(element.nodeName)].find((e) => e.getAttribute("href") === address) ?? now.querySelector("a, button");
  };
}

// shape is what an element is made of, without its words: what is of the same shape takes the same room.
export function shape(root) {
  return [...root.querySelectorAll("*")].map((e) => e.nodeName + key(e)).join(" ");
}

function become(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !own(old, name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !own(old, name)) old.setAttribute(name, value);
  }
  children(old, fresh);
}

// own tells the attributes that are the person's or a script's doing.
function own(element, name) {
  return name === "style" || name === "tabindex" || (name === "open" && element.matches("details, dialog")) ||
    (name === "value" && element.matches("input:not([type=hidden], [type=checkbox], [type=radio])")) ||
    (name === "value" && element.matches("input[name=was]") && written(element.form)) ||
    ((name === "checked" || name === "selected") && element.matches("input, option"));
}

// written tells whether somebody has written into a form: which version they wrote from stays theirs.
function written(form) {
  return !!form && [...form.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
}

function children(old, fresh) {
  let at = old.firstChild;
  for (const want of fresh.childNodes) {
    const have = match(at, want);
    if (!have) {
      old.insertBefore(document.importNode(want, true), at);
      continue;
    }
    if (have === at) at = at.nextSibling;
    else if (old.moveBefore) old.moveBefore(have, at);
    else old.insertBefore(have, at);
    become(have, want);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// match is the node from at on that stands for the wanted one: the next, or for what has a key the one with the same.
function match(at, want) {
  const wanted = key(want);
  if (!wanted) return at && at.nodeName === want.nodeName && !key(at) ? at : null;
  for (let node = at; node; node = node.nextSibling) {
    if (node.nodeName === want.nodeName && key(node) === wanted) return node;
  }
  return null;
}

function key(node) {
  return node.id || (node.dataset && node.dataset.key) || "";
}
