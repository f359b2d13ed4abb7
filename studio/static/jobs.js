// Jobs and batches: progress as it is made, and choices that are sent as soon as they are made.

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

document.addEventListener("hibari:happened", ({ detail: event }) => {
  const { done, total, left_s: left } = event.body ?? {};
  if (!total || !event.job_id) return;
  const bar = document.querySelector(`[data-bar="${CSS.escape(event.job_id)}"]`);
  if (bar) { bar.max = total; bar.value = done; }
  const said = document.querySelector(`[data-said="${CSS.escape(event.job_id)}"]`);
  if (said) said.textContent = `${done} of ${total} steps${left > 90 ? `, about ${Math.round(left / 60)} min left` : left > 0 ? ", about a minute left" : ""}`;
});
