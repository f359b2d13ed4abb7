// The brief form: more songs with own words or music, and a bad value shown beside its field as soon as it is typed.

const form = document.getElementById("brief");

for (const button of form.querySelectorAll("[data-more]")) {
  button.addEventListener("click", () => {
    const list = document.getElementById(button.dataset.more);
    const all = list.querySelectorAll("fieldset");
    if (all.length >= 20) return;
    const next = all[all.length - 1].cloneNode(true);
    next.querySelector("legend").textContent = `Song ${all.length + 1}`;
    for (const input of next.querySelectorAll("input, textarea")) input.value = "";
    list.append(next);
    next.querySelector("input").focus();
  });
}

function check(input) {
  const { low, high } = input.dataset;
  const value = input.value.trim();
  const wrong = value && !(/^\d+$/.test(value) && Number(value) >= Number(low) && Number(value) <= Number(high));
  const id = `${input.name}-wrong`;
  let said = document.getElementById(id);
  if (!wrong) {
    input.removeAttribute("aria-invalid");
    said?.remove();
    return;
  }
  if (!said) {
    said = document.createElement("p");
    said.className = "field-wrong";
    said.id = id;
    input.after(said);
  }
  said.textContent = `${value}: give a whole number from ${low} to ${high}`;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", id);
}

form.addEventListener("change", (event) => { if (event.target.dataset.low) check(event.target); });
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector('button[value="ask"]').click();
});
document.querySelector(".field-wrong")?.scrollIntoView({ block: "center" });
