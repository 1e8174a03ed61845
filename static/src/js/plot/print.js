// Opens what is folded while the page is printed, so that the tables are on the paper.
let opened = [];

addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details.more:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});
