// What happens to the song while its page is open: a job's steps as they are made, and the new version at the end.

import { find } from "./facts.js";

const box = find("song-live");
const album = box?.dataset.album;
const song = box?.dataset.song;
const STEPS = JSON.parse(box?.dataset.steps ?? "{}");

function show(text, done, total) {
  box.hidden = false;
  find("song-live-text").textContent = text;
  const bar = find("song-live-bar");
  bar.hidden = !total;
  if (total) { bar.max = total; bar.value = done; }
}

function happened({ detail: event }) {
  if (event.album_id !== album) return;
  const body = event.body ?? {};
  const part = body.part ? `, ${body.part.replaceAll("-", " ")}` : "";
  if (event.kind === "job.queued") show("In the queue");
  else if (event.kind === "job.started") show("Being made");
  else if (event.kind === "step.made" && body.song === song) show(`${STEPS[body.step] ?? body.step}${part} is there`, body.done, body.total);
  else if (event.kind === "step.failed" && body.song === song) show(`${STEPS[body.step] ?? body.step}${part} failed`, 0, 0);
  else if (event.kind === "job.cancelled") show("Stopped", 0, 0);
  else if (event.kind === "job.finished") { show("Finished", 1, 1); find("song-live-reload").hidden = false; }
}

if (box) {
  document.addEventListener("hibari:happened", happened);
  find("song-live-reload").addEventListener("click", () => { location.hash = "versions"; location.reload(); });
}
