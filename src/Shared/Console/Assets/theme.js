// Runs before the first paint, so that the page does not change its colours in front of the reader.
const chosen = localStorage.getItem('console.theme');
if (chosen) document.documentElement.dataset.theme = chosen;
