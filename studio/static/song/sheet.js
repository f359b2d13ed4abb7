// The lead sheet: its pages as pictures, one at a time, turned by hand.

import { find, tell } from "./facts.js";

const pages = [...document.querySelectorAll(".sheet-page")];
let shown = 0;

function turn(to) {
  shown = Math.min(Math.max(0, to), pages.length - 1);
  pages.forEach((page, index) => { page.hidden = index !== shown; });
  const picture = pages[shown].querySelector("img");
  if (picture.dataset.src) { picture.src = picture.dataset.src; delete picture.dataset.src; }
  find("sheet-number").textContent = `Page ${shown + 1} of ${pages.length}`;
  find("sheet-back").disabled = shown === 0;
  find("sheet-on").disabled = shown === pages.length - 1;
}

if (pages.length && find("sheet-number")) {
  find("sheet-back").addEventListener("click", () => { turn(shown - 1); tell(`Page ${shown + 1}`); });
  find("sheet-on").addEventListener("click", () => { turn(shown + 1); tell(`Page ${shown + 1}`); });
  document.addEventListener("song:panel", (event) => { if (event.detail === "sheet") turn(shown); });
}
