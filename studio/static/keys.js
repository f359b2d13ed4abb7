// Keys of every page. An element with data-key="a" is pressed by that key; one with data-key="g s" by two in a row.
// Keys are left alone while something is typed, a dialog is open, or a modifier is held.

const PLACES = { a: "/", q: "/queue", j: "/jobs", b: "/batches", s: "/schedules", m: "/models", l: "/log" };
const PATIENCE_MS = 1200;
let first = "";
let timer = 0;

const typing = (element) => element?.closest?.("input:not([type=checkbox],[type=radio],[type=range]), select, textarea, [contenteditable]");

function press(key) {
  const wanted = [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === key && !element.disabled && element.checkVisibility());
  if (!wanted) return false;
  if (wanted.matches("input, textarea, select")) { wanted.focus(); wanted.select?.(); }
  else wanted.click();
  return true;
}

function go(key) {
  if (!(key in PLACES)) return false;
  location.assign(PLACES[key]);
  return true;
}

function common(key) {
  if (key === "?") { document.getElementById("keys")?.showModal(); return true; }
  if (key === "n") {
    const link = document.querySelector('.tools a[href="/new"]');
    link?.click();
    return Boolean(link);
  }
  if (key === "/") {
    const search = document.querySelector("input[type=search]");
    if (!search) { location.assign("/?search="); return true; }
    search.focus();
    search.select();
    return true;
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
  if (document.querySelector("dialog[open]")) return;
  const before = first;
  first = "";
  clearTimeout(timer);
  if (before === "g" ? press(`g ${event.key}`) || go(event.key) : press(event.key) || common(event.key)) {
    event.preventDefault();
  } else if (event.key === "g") {
    first = "g";
    timer = setTimeout(() => { first = ""; }, PATIENCE_MS);
  }
});

document.getElementById("show-keys")?.addEventListener("click", () => document.getElementById("keys").showModal());
