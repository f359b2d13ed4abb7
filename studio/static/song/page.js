// The song page: the pieces put together, and the keys that play them.

import { clock, say } from "../tell.js";
import { Deck } from "./deck.js";
import { NoteEditing } from "./edit_notes.js";
import { WordEditing } from "./edit_words.js";
import { facts, find, tell } from "./facts.js";
import { listenToKeys } from "./keys.js";
import { openPanel } from "./panels.js";
import { Roll } from "./roll.js";
import "./sheet.js";
import { Stems } from "./stems.js";
import { Verdicts } from "./verdict.js";
import { Versions } from "./versions.js";
import { changeWave, drawWave, sectionAt, sectionList } from "./wave.js";
import { lightWords, lineNow, lineStarts, listenToWords, setWords } from "./words.js";

const player = find("deck");
const SKIP_S = 5;
const SECTION_GRACE_S = 1.5;

if (facts) begin();
else listenToKeys({ "[": () => go("previous"), "]": () => go("next"), r: () => openPanel("retake", { focus: true }) });

function begin() {
  const deck = new Deck(facts.heard.music.duration_s);
  player.deck = deck;
  const roll = new Roll(deck);
  setWords(facts.heard.music, { keep: true });
  roll.show(facts.heard.music);
  drawWave(deck, facts.heard);
  listenToWords(deck);

  const versions = new Versions(deck, (version) => {
    setWords(version.music);
    roll.show(version.music);
    changeWave(deck, version);
    if (stems.on || find("stem-list").childElementCount) stems.open().catch((error) => say(error.message, true));
    follow();
  });
  const stems = new Stems(deck, () => versions.heard);
  const verdicts = new Verdicts(deck);
  const outdated = () => { find("outdated").hidden = false; };
  const words = new WordEditing(() => versions.heard.music, outdated);
  const notes = new NoteEditing(roll, outdated);

  function follow() {
    const at = deck.heardTime;
    find("at").textContent = clock(at);
    lightWords(at);
    roll.follow(at);
  }
  deck.addEventListener("timeupdate", follow);
  deck.addEventListener("play", showState);
  deck.addEventListener("pause", showState);
  deck.addEventListener("play", () => document.querySelectorAll("video").forEach((film) => film.pause()));
  document.addEventListener("play", () => deck.pause(), true); // a film, which brings its own sound
  deck.addEventListener("waiting", () => { player.classList.add("waiting"); tell("Fetching the sound"); });
  deck.addEventListener("ready", () => player.classList.remove("waiting"));
  deck.addEventListener("loop", () => find("loop").setAttribute("aria-pressed", String(Boolean(deck.loop))));

  function showState() {
    player.classList.toggle("playing", !deck.paused);
    find("play").setAttribute("aria-label", deck.paused ? "Play" : "Pause");
    follow();
  }
  const toggle = () => {
    if (deck.paused) deck.play().catch((error) => say(`This song cannot be played: ${error.message}`, true));
    else deck.pause();
  };
  const section = (by) => {
    const sections = sectionList();
    const now = sectionAt(deck.currentTime);
    const back = by < 0 && now >= 0 && deck.currentTime - sections[now].start_s > SECTION_GRACE_S;
    const to = sections[Math.min(Math.max(0, (now < 0 ? sections.length : now) + (back ? 0 : by)), sections.length - 1)];
    if (!to) return;
    deck.seek(to.start_s);
    tell(to.name);
  };
  const line = (by) => {
    const starts = lineStarts();
    if (starts.length) deck.seek(starts[Math.min(Math.max(0, lineNow() + by), starts.length - 1)]);
  };
  const loop = () => {
    if (deck.loop) { deck.setLoop(null); tell("The song goes on"); return; }
    const now = sectionList()[Math.max(0, sectionAt(deck.currentTime))];
    if (!now) return;
    deck.setLoop([now.start_s, Math.min(now.end_s, deck.duration)]);
    tell(`${now.name} again and again`);
  };
  const edit = () => {
    if (!find("edit")) return false;
    const on = find("edit").getAttribute("aria-pressed") !== "true";
    find("edit").setAttribute("aria-pressed", String(on));
    if (on && deck.loop === null) deck.pause();
    words.set(on);
    notes.set(on);
    return true;
  };

  find("play").addEventListener("click", toggle);
  find("section-back").addEventListener("click", () => section(-1));
  find("section-on").addEventListener("click", () => section(1));
  find("loop").addEventListener("click", loop);
  find("edit")?.addEventListener("click", edit);
  find("remark-here")?.addEventListener("click", () => verdicts.remark());
  document.addEventListener("song:panel", (event) => {
    if (event.detail === "retake") find("retake-form")?.dispatchEvent(new Event("song:ask"));
    if (event.detail === "stems") stems.open().then(() => stems.outlines()).catch((error) => say(error.message, true));
  });

  listenToKeys({
    " ": toggle, ArrowLeft: () => deck.seek(deck.currentTime - SKIP_S), ArrowRight: () => deck.seek(deck.currentTime + SKIP_S),
    "Shift+ArrowLeft": () => section(-1), "Shift+ArrowRight": () => section(1), j: () => line(1), k: () => line(-1),
    a: () => versions.listen("a"), b: () => versions.listen("b"), x: () => versions.swap(),
    s: () => { openPanel("stems"); stems.toggle(); }, m: () => verdicts.remark(), l: loop,
    y: () => verdicts.choose("approved"), n: () => (find("verdict-form") ? verdicts.choose("rejected") : false),
    r: () => { openPanel("retake"); find("retake-step")?.focus(); }, e: edit, "[": () => go("previous"), "]": () => go("next"),
  });

  showState();
  fetchQuietly(deck, facts.heard.music.master);
}

/** The sound is fetched before it is asked for, once the page stands, unless the reader saves data. */
function fetchQuietly(deck, key) {
  if (navigator.connection?.saveData) return;
  const fetchIt = () => deck.prepare(key).catch(() => {});
  if (document.readyState === "complete") setTimeout(fetchIt, 200);
  else addEventListener("load", () => setTimeout(fetchIt, 200), { once: true });
}

function go(where) {
  const link = document.querySelector(`a[rel=${where === "next" ? "next" : "prev"}]`);
  if (!link) return false;
  link.click();
  return true;
}
