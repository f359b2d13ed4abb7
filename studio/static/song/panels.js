// Tabs of the song's panels: arrow keys move between them, and the address remembers which is open.

import { facts } from "./facts.js";

const tabs = [...document.querySelectorAll("[role=tab]")];

/** Show a panel. */
export function openPanel(name, { focus = false } = {}) {
  const wanted = tabs.find((tab) => tab.dataset.panel === name);
  if (!wanted) return;
  for (const tab of tabs) {
    const chosen = tab === wanted;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (focus) wanted.focus();
  const strip = wanted.parentElement;
  strip.scrollLeft = wanted.offsetLeft - (strip.clientWidth - wanted.offsetWidth) / 2;
  history.replaceState(history.state, "", `#${name}`);
  document.dispatchEvent(new CustomEvent("song:panel", { detail: name }));
}

for (const tab of tabs) {
  tab.addEventListener("click", () => openPanel(tab.dataset.panel));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? (tabs.indexOf(tab) + step + tabs.length) % tabs.length : -1;
    if (to < 0) return;
    event.preventDefault();
    event.stopPropagation();
    openPanel(tabs[to].dataset.panel, { focus: true });
  });
}

for (const link of document.querySelectorAll("[data-open-panel]")) {
  link.addEventListener("click", (event) => { event.preventDefault(); openPanel(link.dataset.openPanel, { focus: true }); });
}

const asked = location.hash.slice(1);
if (tabs.length) openPanel(tabs.some((tab) => tab.dataset.panel === asked) ? asked : (facts?.panel ?? tabs[0].dataset.panel));
