// The album page: playing, another running order by dragging, keys, and steps as they are made.

import { Player } from "./player.js";
import { say, send } from "./tell.js";

const rows = () => [...document.querySelectorAll("#songs .song")];
const player = new Player(document.getElementById("player"), rows);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-play-album]")) player.play(player.list()[0]);
  const button = event.target.closest("button.song-play");
  if (button) player.play(button.closest(".song"));
});
document.addEventListener("htmx:after:swap", () => player.mark());

// the running order
let dragged = null;
let before = "";
const order = () => rows().map((row) => row.dataset.song).join(" ");

function renumber() {
  rows().forEach((row, place, all) => {
    row.querySelector(".song-number").textContent = place + 1;
    const [up, down] = row.querySelectorAll("button[name=move]");
    if (up) { up.disabled = place === 0; down.disabled = place === all.length - 1; }
  });
}

async function keep(row) {
  renumber();
  if (order() === before) return;
  const form = document.getElementById("order");
  const answer = await send(form.action, new URLSearchParams(new FormData(form))).catch(() => null);
  const said = document.getElementById("order-said");
  if (answer?.ok) said.textContent = `${row.dataset.title} is number ${rows().indexOf(row) + 1} now.`;
  else say("The running order could not be kept: reload the page and try again.", true);
}

function move(row, by) {
  const all = rows();
  const to = all.indexOf(row) + by;
  if (!document.querySelector('[data-sortable="yes"]') || to < 0 || to >= all.length) return;
  before = order();
  if (by < 0) all[to].before(row); else all[to].after(row);
  keep(row);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=move]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest(".song");
  const way = button.value.endsWith(":up") ? -1 : 1;
  move(row, way);
  (button.disabled ? row.querySelector("button[name=move]:not(:disabled)") : button).focus();
});

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".grip");
  if (!grip) return;
  event.preventDefault();
  dragged = grip.closest(".song");
  before = order();
  dragged.classList.add("dragged");
  grip.setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  for (const row of rows()) {
    if (row === dragged) continue;
    const box = row.getBoundingClientRect();
    const middle = box.top + box.height / 2;
    const below = Boolean(row.compareDocumentPosition(dragged) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (below && event.clientY < middle) { row.before(dragged); break; }
    if (!below && event.clientY > middle) row.after(dragged);
  }
});
for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, () => {
  if (!dragged) return;
  const row = dragged;
  dragged = null;
  row.classList.remove("dragged");
  keep(row);
});

// keys
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, summary")) return;
  const focused = event.target.closest(".song");
  if (event.key === " " && !event.target.closest("button, a, video")) { event.preventDefault(); player.toggle(); }
  if (event.key === "j" || event.key === "k") {
    const all = rows();
    const at = focused ? all.indexOf(focused) + (event.key === "j" ? 1 : -1) : 0;
    all[at]?.querySelector(".song-title").focus();
  }
  if ((event.key === "[" || event.key === "]") && focused) {
    move(focused, event.key === "[" ? -1 : 1);
    focused.querySelector(".song-title").focus();
  }
});

// steps as they are made
const albumId = document.getElementById("album").dataset.liveAlbum;
document.addEventListener("hibari:happened", ({ detail: event }) => {
  if (event.album_id !== albumId || !event.kind.startsWith("step.")) return;
  const { song, step, done, total, left_s: left } = event.body ?? {};
  const cell = document.querySelector(`[data-cell="${CSS.escape(`${song ?? ""}/${step}`)}"]`);
  if (cell && event.kind === "step.made" && !cell.querySelector(".cell-parts")) cell.className = "cell cell-made cell-fresh";
  const bar = document.querySelector("[data-bar]");
  if (bar && total) { bar.max = total; bar.value = done; }
  const said = document.querySelector(".job-line [data-left]");
  if (said && total) said.textContent = `${done} of ${total} steps${left > 90 ? `, about ${Math.round(left / 60)} min left` : left > 0 ? ", about a minute left" : ""}`;
});
