// A link to the sign-in page carries its token after '#', which no browser sends: into the field with it, and out of
// the address and the history.
const found = new URLSearchParams(location.hash.slice(1)).get("token");
if (found) {
  document.getElementById("token").value = found;
  history.replaceState(null, "", location.pathname + location.search);
}
