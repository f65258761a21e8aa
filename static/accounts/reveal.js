// Shows what is typed into a password field while the button beside it is pressed in.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const hide = () => show(false);
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", hide); // so that browsers offer to keep it
}
