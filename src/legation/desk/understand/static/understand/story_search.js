// Finds stories by words of their titles and puts the chosen one's number into the form.
const form = document.getElementById("story-edit");
const search = document.getElementById("story-search");
const other = document.getElementById("story-other");
const found = document.getElementById("story-found");
let waiting = 0;

async function showCandidates() {
  const words = search.value.trim();
  if (words.length < 2) { found.replaceChildren(); return; }
  const answer = await fetch(`${form.dataset.candidates}?q=${encodeURIComponent(words)}`);
  if (!answer.ok) return;
  const { stories } = await answer.json();
  found.replaceChildren(...stories.map((story) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small button-secondary";
    button.textContent = `${story.title} (${story.articles})`;
    button.addEventListener("click", () => { other.value = story.id; other.focus(); });
    item.append(button);
    return item;
  }));
}

search?.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(showCandidates, 300); });
