// Editing words: a line becomes a field, its syllables are counted against the notes while one types, and the studio's
// own objection stands by the line.

import { clock, say } from "../tell.js";
import { ask, facts, find, make, tell } from "./facts.js";

const COUNT_AFTER_MS = 250;
const panel = find("words");

export class WordEditing {
  constructor(music, changed) {
    this.music = music;
    this.changed = changed;
    this.on = false;
    panel.addEventListener("click", (event) => {
      if (!this.on || event.target.closest("form")) return;
      const line = event.target.closest(".line");
      if (line) { event.stopImmediatePropagation(); this.open(line); }
    }, true);
    panel.addEventListener("keydown", (event) => {
      if (this.on && event.key === "Enter" && event.target.matches(".line")) { event.preventDefault(); this.open(event.target); }
    });
  }

  /** Let lines be edited, or no longer. */
  set(on) {
    this.on = on;
    panel.classList.toggle("editing", on);
    for (const line of panel.querySelectorAll(".line")) {
      if (on) { line.tabIndex = 0; line.setAttribute("role", "button"); } else { line.removeAttribute("tabindex"); line.removeAttribute("role"); }
    }
    if (!on) panel.querySelector("form")?.remove();
    if (!on) for (const line of panel.querySelectorAll(".line[hidden]")) line.hidden = false;
    tell(on ? "Choose a line of words to change it" : "Editing ended");
  }

  open(shown) {
    const line = this.music().lines[Number(shown.dataset.line)];
    panel.querySelector("form")?.dispatchEvent(new Event("cancel"));
    const wanted = new Set(line.syllables.map((_, index) => index)).size;
    const id = `line-${shown.dataset.line}`;
    const input = make("input", { id, class: "line-input", value: line.text, maxlength: 400, autocomplete: "off", spellcheck: "true",
      "aria-describedby": `${id}-count ${id}-wrong`, "aria-label": `${line.words}, line ${line.number}` });
    const count = make("span", { id: `${id}-count`, class: "line-count", role: "status" }, `${wanted} of ${wanted} syllables`);
    const wrong = make("p", { id: `${id}-wrong`, class: "field-wrong", role: "alert" });
    const form = make("form", { class: "line-form" }, input, make("div", { class: "row" }, count,
      make("button", { class: "button button-primary button-small push" }, "Put in"),
      make("button", { type: "button", class: "button button-quiet button-small", "data-cancel": true }, "Cancel")), wrong);
    const close = () => { form.remove(); shown.hidden = false; shown.focus(); };
    form.addEventListener("cancel", close);
    form.querySelector("[data-cancel]").addEventListener("click", close);
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } });
    let timer = 0;
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => this._count(input, count, wanted), COUNT_AFTER_MS); });
    form.addEventListener("submit", (event) => { event.preventDefault(); this._send(line, input, wrong, form); });
    shown.hidden = true;
    shown.after(form);
    input.focus();
    input.select();
  }

  async _count(input, count, wanted) {
    const asked = input.value;
    const answer = await fetch(`${facts.urls.count}?${new URLSearchParams({ text: asked })}`, { credentials: "same-origin" });
    if (!answer.ok || input.value !== asked) return;
    const { syllables } = await answer.json();
    count.textContent = `${syllables} of ${wanted} syllables`;
    count.classList.toggle("count-off", syllables !== wanted);
  }

  async _send(line, input, wrong, form) {
    const { ok, told } = await ask(facts.urls.words, { section: line.words, line: line.number, text: input.value });
    if (!ok) {
      wrong.textContent = told.detail;
      input.setAttribute("aria-invalid", "true");
      input.focus();
      return;
    }
    form.remove();
    for (const [index, one] of this.music().lines.entries()) {
      if (one.words !== line.words || one.number !== line.number) continue;
      const shown = panel.querySelector(`[data-line="${index}"]`);
      shown.hidden = false;
      shown.classList.add("edited");
      shown.replaceChildren(told.after);
    }
    say(`Put in. It is sung once what follows is made (line of ${clock(line.syllables[0][0])}).`);
    this.changed();
  }
}
