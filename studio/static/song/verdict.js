// The verdict: remarks at moments of the song, kept as a draft until they are sent with a decision.

import { clock } from "../tell.js";
import { facts, find, make, tell } from "./facts.js";
import { showFlags } from "./wave.js";
import { openPanel } from "./panels.js";

const form = find("verdict-form");
const field = find("remarks-field");
const list = find("remark-list");
const text = find("remark-text");
const moment = find("remark-at");
const reason = find("reason");
const wanted = find("reason-wanted");

export class Verdicts {
  constructor(deck) {
    this.deck = deck;
    this.draftKey = `hibari-remarks:${facts.album}:${facts.heard.music.master}`;
    this.drafts = recall(this.draftKey);
    this.show();
    if (!form) return;
    find("remark-add").addEventListener("click", () => this.add());
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.add(); }
    });
    for (const choice of form.elements.decision) choice.addEventListener("change", () => this._ask());
    form.addEventListener("submit", (event) => {
      if (this.decision !== "approved" && !reason.value.trim()) { event.preventDefault(); this._ask(); wanted.hidden = false; reason.focus(); return; }
      if (text.value.trim()) this.add();
      field.value = JSON.stringify(this.drafts);
      forget(this.draftKey);
    });
    this._ask();
  }

  get decision() { return form.elements.decision.value; }

  /** Begin a remark at the place that is heard. */
  remark() {
    if (!form) return;
    openPanel("verdict");
    this.at = Math.round(this.deck.heardTime * 10) / 10;
    moment.textContent = clock(this.at);
    text.focus();
  }

  add() {
    const said = text.value.trim();
    if (!said) { text.focus(); return; }
    const at = this.at ?? Math.round(this.deck.heardTime * 10) / 10;
    this.drafts.push({ at_s: at, text: said });
    this.drafts.sort((one, other) => one.at_s - other.at_s);
    text.value = "";
    this.at = undefined;
    moment.textContent = "now";
    keep(this.draftKey, this.drafts);
    this.show();
    tell(`Remark at ${clock(at)} noted. It is sent with your verdict.`);
    text.blur();
  }

  /** Choose a decision, ready to be sent. */
  choose(decision) {
    if (!form) return;
    openPanel("verdict");
    [...form.elements.decision].find((choice) => choice.value === decision).checked = true;
    this._ask();
    if (decision === "approved") find("verdict-send").focus(); else reason.focus();
  }

  show() {
    const jump = (at) => this.deck.seek(at);
    const drafts = this.drafts.map((remark) => ({ ...remark, draft: true }));
    showFlags([...facts.remarks, ...drafts], this.deck.duration, jump);
    list?.replaceChildren(...drafts.map((remark, index) => {
      const go = make("button", { type: "button", class: "remark-at", "aria-label": `Go to ${clock(remark.at_s)}` }, clock(remark.at_s));
      const drop = make("button", { type: "button", class: "icon-button", "aria-label": `Drop the remark at ${clock(remark.at_s)}` }, "×");
      go.addEventListener("click", () => jump(remark.at_s));
      drop.addEventListener("click", () => { this.drafts.splice(index, 1); keep(this.draftKey, this.drafts); this.show(); });
      return make("li", { class: "remark" }, go, make("span", { class: "remark-said", dir: "auto" }, remark.text), drop);
    }));
    for (const go of document.querySelectorAll("[data-go]")) go.onclick = () => jump(Number(go.dataset.go));
  }

  _ask() {
    const needed = this.decision !== "approved";
    reason.required = needed;
    find("reason-hint").textContent = needed ? "Needed: what should be different?" : "Not needed for an approval.";
    if (!needed) wanted.hidden = true;
    form.dataset.decision = this.decision;
    find("verdict-send").textContent = { approved: "Approve", rejected: "Reject", retake: "Ask for a retake" }[this.decision];
  }
}

function recall(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => Number.isFinite(one?.at_s) && typeof one?.text === "string") : [];
  } catch { return []; }
}

function keep(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* not kept over a reload */ } }
function forget(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } }
