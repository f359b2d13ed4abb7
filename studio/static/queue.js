// The verdict queue by keyboard: j and k move, a approves, r opens the reason, space plays.

import { Player } from "./player.js";

const rows = () => [...document.querySelectorAll(".judge")];
const player = new Player(document.getElementById("player"), rows);
let place = 0;

const here = () => document.activeElement.closest(".judge") ?? rows()[Math.min(place, rows().length - 1)];

function stand(row) {
  if (!row) return;
  place = rows().indexOf(row);
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest(".judge");
  if (row) place = rows().indexOf(row);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.song-play");
  if (button) player.play(button.closest(".judge"));
});
document.addEventListener("htmx:after:swap", () => {
  player.mark();
  if (document.activeElement === document.body) stand(rows()[Math.min(place, rows().length - 1)]);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") { const fold = event.target.closest("details"); if (fold) fold.open = false; stand(here()); }
    return;
  }
  const row = here();
  if (event.key === "j" || event.key === "k") {
    const next = rows()[rows().indexOf(row) + (event.key === "j" ? 1 : -1)];
    stand(document.activeElement.closest(".judge") ? next : row);
  } else if (event.key === "a" && row) row.querySelector('button[value="approved"]')?.click();
  else if (event.key === "r" && row) {
    const fold = row.querySelector("details.reject");
    if (!fold) return;
    fold.open = true;
    fold.querySelector("textarea").focus();
  } else if (event.key === " " && !event.target.closest("button, a, summary")) {
    if (row?.dataset.audio) player.play(row); else player.toggle();
  } else if (event.key === "Enter" && event.target === row) location.assign(row.dataset.href);
  else return;
  event.preventDefault();
});
