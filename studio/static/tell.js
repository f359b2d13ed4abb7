// What scripts of pages share; importing it does nothing by itself. (A script that acts on loading must not be imported:
// its address here has no version, so it would run a second time.)

const FADES_AFTER_MS = 5000;

/** The secret that requests which change something carry. */
export const secret = document.querySelector('meta[name="csrf"]')?.content ?? "";

/** Send a form's fields (FormData or URLSearchParams) to a route of ours; the answer. */
export function send(url, body, method = "POST") {
  return fetch(url, { method, body, headers: { "X-CSRF-Token": secret }, credentials: "same-origin" });
}

/** Say a line in the corner of the page; what went wrong stays until it is clicked. */
export function say(text, wrong = false) {
  const toast = document.createElement("p");
  toast.className = wrong ? "toast toast-wrong" : "toast";
  toast.textContent = text;
  document.getElementById(wrong ? "alarms" : "toasts").append(toast);
  letGo(toast);
}

/** Let a toast fade after a while, or at a click. */
export function letGo(toast) {
  const go = () => { toast.classList.add("going"); setTimeout(() => toast.remove(), 500); };
  toast.addEventListener("click", go);
  if (!toast.classList.contains("toast-wrong")) setTimeout(go, FADES_AFTER_MS);
}

/** Seconds as minutes and seconds: 3:07. */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
