// Copies the text of a list, a line for each row, and says so on the button.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const rows = document.getElementById(button.dataset.copy).children;
    await navigator.clipboard.writeText([...rows].map((row) => row.textContent).join("\n"));
    button.querySelector("span").textContent = button.dataset.done;
  });
}
