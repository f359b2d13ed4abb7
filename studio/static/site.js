// Small manners of every page: the theme, times in the reader's own zone, toasts, menus, questions before what cannot
// be undone, and the secret that forms carry, for htmx and fetch.

import { letGo, say, secret } from "./tell.js";

const root = document.documentElement;
const theme = document.getElementById("theme-switch");
function showTheme(now) {
  if (!theme) return;
  theme.dataset.now = now;
  theme.setAttribute("aria-label", `Theme: ${now === "auto" ? "as the system" : now}`);
  theme.title = theme.getAttribute("aria-label");
}
showTheme(root.dataset.theme ?? "auto");
theme?.addEventListener("click", () => {
  const next = { auto: "light", light: "dark", dark: "auto" }[theme.dataset.now];
  if (next === "auto") delete root.dataset.theme; else root.dataset.theme = next;
  try { if (next === "auto") localStorage.removeItem("hibari-theme"); else localStorage.setItem("hibari-theme", next); } catch { /* not kept */ }
  showTheme(next);
  document.dispatchEvent(new CustomEvent("hibari:theme"));
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("hibari:theme")));

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const SPANS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [604800, "day", 86400]];
function showTimes(within = document) {
  for (const time of within.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    const seconds = (moment - Date.now()) / 1000;
    const span = SPANS.find(([limit]) => Math.abs(seconds) < limit);
    time.title = full.format(moment);
    time.textContent = Math.abs(seconds) < 45 ? "just now" : span ? words.format(Math.round(seconds / span[2]), span[1]) : full.format(moment);
  }
}
showTimes();
setInterval(showTimes, 30000);

document.querySelectorAll(".toast").forEach(letGo);
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const closer = event.target.closest("dialog");
  if (closer && event.target === closer) closer.close();
  const copier = event.target.closest("[data-copies]");
  if (copier) {
    const field = document.getElementById(copier.dataset.copies);
    field.select();
    navigator.clipboard?.writeText(field.value).then(() => say("Copied."), () => say("Press Ctrl+C to copy it."));
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal?.();
});
// Films and songs have sound of their own: what begins to play stops the others.
document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio, video")) if (other !== event.target) other.pause();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  if (!/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRF-Token"] = secret;
});
document.addEventListener("htmx:after:swap", () => showTimes());
document.addEventListener("htmx:error", () => say("The studio does not answer. Is it still running?", true));
