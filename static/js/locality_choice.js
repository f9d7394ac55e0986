// Search and select-all for the localities of a cycle. Without scripts the plain list works.
const choice = document.querySelector("[data-locality-choice]");

if (choice) {
  const items = [...choice.querySelectorAll("[data-locality]")];
  const groups = [...choice.querySelectorAll("[data-locality-group]")];
  const boxes = [...choice.querySelectorAll('input[type="checkbox"]')];
  const search = choice.querySelector("#locality-search");
  const count = choice.querySelector("[data-locality-count]");
  const nothing = choice.querySelector("[data-locality-nothing]");

  const showCount = () => {
    count.textContent = `${boxes.filter((box) => box.checked).length} / ${boxes.length}`;
  };

  const shownBoxes = (root) =>
    [...root.querySelectorAll("[data-locality]:not([hidden]) input")];

  const tick = (chosen, isChecked) => {
    for (const box of chosen) box.checked = isChecked;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    showCount();
  };

  const filter = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    for (const item of items) {
      item.hidden = !words.every((word) => item.dataset.locality.includes(word));
    }
    for (const group of groups) group.hidden = shownBoxes(group).length === 0;
    nothing.hidden = groups.length === 0 || groups.some((group) => !group.hidden);
  };

  search.addEventListener("input", filter);
  // Enter in the search must not send the form.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  choice.addEventListener("change", showCount);
  choice
    .querySelector("[data-locality-all]")
    .addEventListener("click", () => tick(shownBoxes(choice), true));
  choice
    .querySelector("[data-locality-none]")
    .addEventListener("click", () => tick(shownBoxes(choice), false));
  for (const group of groups) {
    const button = group.querySelector("[data-locality-group-all]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = shownBoxes(group);
      tick(shown, !shown.every((box) => box.checked));
    });
  }
  choice.querySelector("[data-locality-tools]").hidden = false;
  count.hidden = false;
  showCount();
}
