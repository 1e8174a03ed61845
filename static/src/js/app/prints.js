// prints has [data-print] open the browser's way of printing.
export function prints() {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) window.print();
  });
}
