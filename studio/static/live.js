// What happens in the studio, told to the page. One tab holds the stream and passes it on to the others, so that many
// open tabs do not use up the browser's connections.
//
// An element with data-live="album.changed job.finished" gets the event "live" when one of these happened ("*": any);
// data-live-album limits it to an album. Scripts listen on document for "hibari:happened" (detail: one event).

const KINDS = ["job.queued", "job.started", "job.finished", "job.cancelled", "step.made", "step.failed",
  "album.changed", "verdict.given", "take.selected", "edit.made", "release.pressed", "schedule.changed"];
const QUIET_MS = 350;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("hibari-events") : null;
const due = new Set();
let timer = 0;

function tell(event) {
  document.dispatchEvent(new CustomEvent("hibari:happened", { detail: event }));
  for (const element of document.querySelectorAll("[data-live]")) {
    const wanted = element.dataset.live.split(" ");
    const album = element.dataset.liveAlbum;
    if ((wanted.includes(event.kind) || wanted.includes("*")) && (!album || album === event.album_id)) due.add(element);
  }
  if (due.size && !timer) timer = setTimeout(flush, QUIET_MS);
}

function flush() {
  timer = 0;
  if (document.hidden) return;
  for (const element of due) if (element.isConnected) element.dispatchEvent(new CustomEvent("live"));
  due.clear();
}

function read(message) {
  let event;
  try { event = JSON.parse(message.data); } catch { return; }
  if (!event || typeof event !== "object") return;
  event.kind ??= message.type;
  tell(event);
  channel?.postMessage(event);
}

function open() {
  return new Promise((done) => {
    const stream = new EventSource("/api/v1/events");
    stream.onmessage = read;
    for (const kind of KINDS) stream.addEventListener(kind, read);
    addEventListener("pagehide", () => { stream.close(); done(); }, { once: true });
  });
}

if (document.querySelector("header.top")) {
  document.addEventListener("visibilitychange", () => { if (!document.hidden && due.size) flush(); });
  channel?.addEventListener("message", (message) => tell(message.data));
  addEventListener("pageshow", (shown) => { if (shown.persisted) location.reload(); });
  if (navigator.locks) navigator.locks.request("hibari-events", open).catch(() => {});
  else open();
}
