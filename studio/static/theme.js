// Runs before the page is painted, so that a chosen theme never flashes.
try {
  const chosen = localStorage.getItem("hibari-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage may be refused: the system's theme stays */ }
document.documentElement.classList.add("scripted");
