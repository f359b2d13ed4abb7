// Keys of the review. They come before the keys of every page, and leave typing, dialogs and two-key sequences alone.

const PATIENCE_MS = 1200;
const typing = (element) => element?.closest?.("input:not([type=checkbox],[type=radio],[type=range]), select, textarea, [contenteditable]");

let pointed = false;
document.addEventListener("pointerdown", () => { pointed = true; }, true);
document.addEventListener("keydown", (event) => { if (event.key === "Tab") pointed = false; }, true);

/** Whether the space bar belongs to what has the focus: a film, or a button that was reached by Tab, not just clicked. */
const takesSpace = (element) =>
  Boolean(element.closest("video") || (element.closest("button, a, summary, [role=tab], input") && !pointed));

/** Let keys do things: {key: action}. An action that answers false leaves the key to the page. */
export function listenToKeys(actions) {
  let waitingSince = -1e9;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const second = performance.now() - waitingSince < PATIENCE_MS;
    waitingSince = event.key === "g" && !second ? performance.now() : -1e9;
    if (second || (event.key === " " && takesSpace(event.target))) return;
    if (event.key.startsWith("Arrow") && event.target.closest("video, [role=tab], .roll.editing, input[type=range], [role=radio], input[type=radio]")) return;
    const action = actions[`${event.shiftKey && event.key.startsWith("Arrow") ? "Shift+" : ""}${event.key}`];
    if (!action || action() === false) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}
