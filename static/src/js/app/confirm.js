// confirms asks before a form or button with data-confirm="question" goes on; data-confirm-yes names the deed.
// Without a <dialog id="confirm"> on the page the browser's own question is asked.
export function confirms() {
  let agreed = null;
  document.addEventListener("submit", (event) => {
    const asker = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!asker.dataset.confirm || agreed === event.target) {
      agreed = null;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asker).then((yes) => {
      if (!yes) return;
      agreed = event.target;
      event.target.requestSubmit(event.submitter);
    });
  }, true);
}

function ask(asker) {
  const dialog = document.querySelector("dialog#confirm");
  if (!dialog?.showModal) return Promise.resolve(window.confirm(asker.dataset.confirm));
  dialog.querySelector("[data-question]").textContent = asker.dataset.confirm;
  const yes = dialog.querySelector("[value=yes]");
  const usual = yes.dataset.usual ?? (yes.dataset.usual = yes.textContent);
  yes.textContent = asker.dataset.confirmYes || usual;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
