// Tables: what a dense row cuts off is read in full where the pointer rests.
document.addEventListener("pointerover", (event) => {
  const cell = event.target.closest(".table.dense tbody :is(th, td)");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.innerText.trim();
});
