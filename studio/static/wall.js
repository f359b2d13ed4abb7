// The wall: progress as it is made, and arrow keys from cover to cover.

document.addEventListener("hibari:happened", ({ detail: event }) => {
  if (event.kind !== "step.made") return;
  const tile = document.getElementById(`tile-${event.album_id}`);
  const { done, total, left_s: left } = event.body ?? {};
  if (!tile || !total) return;
  const bar = tile.querySelector("progress");
  if (bar) { bar.max = total; bar.value = done; }
  const said = tile.querySelector("[data-left]");
  if (said) said.textContent = left > 90 ? `about ${Math.round(left / 60)} min left` : left > 0 ? "about a minute left" : "";
});

document.addEventListener("keydown", (event) => {
  const tile = event.target.closest?.(".tile");
  if (!tile || !event.key.startsWith("Arrow")) return;
  const tiles = [...document.querySelectorAll(".tile")];
  const columns = getComputedStyle(tile.parentElement).gridTemplateColumns.split(" ").length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  const next = tiles[tiles.indexOf(tile) + step];
  if (!next) return;
  event.preventDefault();
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest" });
});
