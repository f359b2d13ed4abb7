(() => {
  "use strict";
  const album = JSON.parse(document.getElementById("album").textContent);
  const find = (id) => document.getElementById(id);
  const sound = find("sound"), wave = find("wave"), marks = find("marks"), player = find("player");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const rows = [...document.querySelectorAll("button.song")];
  const articles = [...document.querySelectorAll("article.words")];
  document.documentElement.classList.add("js");

  const clock = (seconds) => {
    const whole = Math.max(0, Math.round(seconds));
    return Math.floor(whole / 60) + ":" + String(whole % 60).padStart(2, "0");
  };
  const spans = articles.map((article) =>
    [...article.querySelectorAll(".line")].map((line) => ({ line, syllables: [...line.querySelectorAll(".syl")] })));
  const starts = album.songs.map((song) => song.lines.map((line) => (line.length ? line[0][0] : 0)));

  let current = 0, lineAt = -1, scrolledByHand = -1e9, pendingSeek = null;
  const song = () => album.songs[current];
  const length = () => (Number.isFinite(sound.duration) && sound.duration > 0 ? sound.duration : song().duration);
  const now = () => (pendingSeek === null ? sound.currentTime : pendingSeek);

  function choose(index, play) {
    current = (index + album.songs.length) % album.songs.length;
    lineAt = -1;
    pendingSeek = null;
    find("trouble").textContent = "";
    const sources = song().sources;
    const usable = sources.find(([kind]) => sound.canPlayType(kind)) || sources[0];
    if (usable) sound.src = usable[1]; else sound.removeAttribute("src");
    rows.forEach((row, at) => {
      if (at === current) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    });
    articles.forEach((article, at) => article.classList.toggle("on", at === current));
    find("now-title").textContent = song().title;
    const words = articles[current].querySelector(".scroll");
    words.scrollTop = 0;
    markSections();
    if ("mediaSession" in navigator && "MediaMetadata" in window) {
      navigator.mediaSession.metadata = new MediaMetadata({ title: song().title, artist: album.artist, album: album.title });
    }
    show();
    if (play) start();
  }

  function start() {
    const begun = sound.play();
    if (begun) begun.catch((error) => {
      if (error.name !== "AbortError") find("trouble").textContent = "This song could not be played: " + song().title;
    });
  }
  const toggle = () => (sound.paused ? start() : sound.pause());

  function seek(seconds) {
    const at = Math.min(Math.max(0, seconds), Math.max(0, length() - 0.05));
    if (sound.readyState > 0) sound.currentTime = at; else pendingSeek = at;
    scrolledByHand = -1e9;
    show();
  }

  function markSections() {
    marks.textContent = "";
    song().sections.forEach(([name, from, to]) => {
      const mark = document.createElement("button");
      mark.type = "button";
      mark.className = "mark";
      mark.textContent = name;
      mark.title = name + ", " + clock(from);
      mark.setAttribute("aria-label", "Go to " + name + " at " + clock(from));
      mark.style.left = (100 * from) / song().duration + "%";
      mark.style.width = (100 * (Math.min(to, song().duration) - from)) / song().duration + "%";
      mark.addEventListener("click", () => seek(from));
      marks.append(mark);
    });
  }

  function drawWave(at) {
    const scale = window.devicePixelRatio || 1, wide = wave.clientWidth, tall = wave.clientHeight;
    if (wave.width !== Math.round(wide * scale) || wave.height !== Math.round(tall * scale)) {
      wave.width = Math.round(wide * scale);
      wave.height = Math.round(tall * scale);
    }
    const pen = wave.getContext("2d"), colours = getComputedStyle(document.documentElement);
    const played = colours.getPropertyValue("--accent"), ahead = colours.getPropertyValue("--unsung");
    const peaks = song().peaks.length ? song().peaks : [24], step = 4;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, wide, tall);
    const bars = Math.max(1, Math.floor(wide / step)), done = (at / length()) * bars;
    for (let bar = 0; bar < bars; bar += 1) {
      const from = Math.floor((bar * peaks.length) / bars), to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
      let peak = 0;
      for (let index = from; index < to; index += 1) peak = Math.max(peak, peaks[index]);
      const high = Math.max(2, (peak / 255) * (tall - 4));
      pen.globalAlpha = bar < done ? 1 : 0.55;
      pen.fillStyle = bar < done ? played : ahead;
      pen.fillRect(bar * step, (tall - high) / 2, step - 1.5, high);
    }
    pen.globalAlpha = 1;
  }

  function lightWords(at) {
    const times = song().lines, lines = spans[current];
    let active = -1;
    for (let index = 0; index < times.length && starts[current][index] <= at + 0.25; index += 1) active = index;
    lines.forEach(({ line, syllables }, index) => {
      if (index !== active && index !== lineAt && lineAt !== -1 && !line.classList.contains("on")) {
        line.classList.toggle("past", index < active);
        return;
      }
      line.classList.toggle("on", index === active);
      line.classList.toggle("past", index < active);
      syllables.forEach((syllable, place) => {
        const [from, to] = times[index][place], sung = index === active && at >= to, live = index === active && at >= from && at < to;
        syllable.classList.toggle("sung", sung);
        syllable.classList.toggle("now", live);
        if (live) syllable.style.setProperty("--filled", Math.round((100 * (at - from)) / Math.max(0.02, to - from)) + "%");
      });
    });
    if (active !== lineAt) {
      lineAt = active;
      if (active >= 0 && performance.now() - scrolledByHand > 4000) centre(lines[active].line);
    }
  }

  function centre(line) {
    const panel = articles[current].querySelector(".scroll");
    const top = line.offsetTop - panel.offsetTop - (panel.clientHeight - line.offsetHeight) / 2;
    panel.scrollTo({ top, behavior: still.matches ? "auto" : "smooth" });
  }

  function show() {
    const at = now();
    find("at").textContent = clock(at);
    find("left").textContent = clock(length());
    wave.setAttribute("aria-valuemax", String(Math.round(length())));
    wave.setAttribute("aria-valuenow", String(Math.round(at)));
    const inside = song().sections.findIndex(([, from, to]) => at >= from && at < to);
    wave.setAttribute("aria-valuetext", clock(at) + " of " + clock(length()) + (inside < 0 ? "" : ", " + song().sections[inside][0]));
    [...marks.children].forEach((mark, index) => mark.classList.toggle("on", index === inside));
    drawWave(at);
    lightWords(at);
  }

  function tick() {
    show();
    if (!sound.paused) requestAnimationFrame(tick);
  }

  const state = () => {
    player.classList.toggle("playing", !sound.paused);
    find("play").setAttribute("aria-label", sound.paused ? "Play" : "Pause");
  };
  sound.addEventListener("play", () => { state(); tick(); });
  sound.addEventListener("pause", () => { state(); show(); });
  // A film brings its own sound: never two at once.
  const films = [...document.querySelectorAll("video.song-film")];
  films.forEach((film) => film.addEventListener("play", () => {
    sound.pause();
    films.forEach((other) => other !== film && other.pause());
  }));
  sound.addEventListener("play", () => films.forEach((film) => film.pause()));
  sound.addEventListener("loadedmetadata", () => {
    if (pendingSeek !== null) { sound.currentTime = pendingSeek; pendingSeek = null; }
    show();
  });
  sound.addEventListener("seeked", show);
  sound.addEventListener("error", () => {
    if (sound.getAttribute("src")) find("trouble").textContent = "The sound file of this song was not found or cannot be read.";
  });
  sound.addEventListener("ended", () => { if (current < album.songs.length - 1) choose(current + 1, true); });

  find("play").addEventListener("click", toggle);
  find("next").addEventListener("click", () => choose(current + 1, !sound.paused));
  find("previous").addEventListener("click", () => (now() > 3 ? seek(0) : choose(current - 1, !sound.paused)));
  rows.forEach((row, index) => row.addEventListener("click", () => (index === current ? toggle() : choose(index, true))));
  const place = (event) => {
    const box = wave.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length());
  };
  wave.addEventListener("pointerdown", (event) => { wave.setPointerCapture(event.pointerId); place(event); });
  wave.addEventListener("pointermove", (event) => { if (wave.hasPointerCapture(event.pointerId)) place(event); });
  articles.forEach((article, index) => {
    const panel = article.querySelector(".scroll");
    ["wheel", "touchmove"].forEach((kind) => panel.addEventListener(kind, () => { scrolledByHand = performance.now(); }, { passive: true }));
    spans[index].forEach(({ line }, at) => line.addEventListener("click", () => {
      if (index === current && !String(getSelection())) seek(starts[index][at]);
    }));
  });

  function step(by) {
    const times = starts[current];
    if (!times.length) return;
    const index = Math.min(times.length - 1, Math.max(0, lineAt + by));
    seek(times[index]);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = event.target.closest("button, a, audio");
    const doing = {
      " ": () => toggle(), ArrowLeft: () => seek(now() - 5), ArrowRight: () => seek(now() + 5),
      n: () => choose(current + 1, !sound.paused), p: () => choose(current - 1, !sound.paused),
      j: () => step(1), k: () => step(-1),
      Home: event.target === wave ? () => seek(0) : null, End: event.target === wave ? () => seek(length()) : null,
    }[event.key];
    const film = event.target.closest("video"); // a film in focus answers its own keys
    if (!doing || (event.key === " " && pressed) || (film && /^( |Arrow)/.test(event.key))) return;
    event.preventDefault();
    doing();
  });
  addEventListener("resize", () => drawWave(now()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawWave(now()));
  choose(0, false);
})();
