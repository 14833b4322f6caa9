// The editor of a brief: what hands do on the page becomes operations; what comes back is shown and reconciled.
(() => {
  "use strict";
  const brief = window.legationBrief;
  const form = document.querySelector("[data-brief]");
  const start = JSON.parse(document.getElementById("brief-start").textContent);
  const { words } = start;
  const conflicts = [];
  let latest = null; // a document that waits until our own moves have arrived
  let queue = null;

  const page = brief.makePage(form, words, (target, field) => queue.isPending(target, field));
  queue = brief.makeQueue(start, { document: showDocument, results: takeResults, status: showStatus, editors: showEditors });

  function say(word, text) {
    return words[word].replace("%s", text);
  }

  // ---- what comes back
  function showDocument(data, facts) {
    latest = [data, facts];
    if (queue.hasMoves()) return;
    page.render(...latest);
    latest = null;
  }

  function takeResults(operations, results) {
    for (const [index, result] of results.entries()) {
      const operation = operations[index];
      if (result.outcome === "refused") toast(words[result.reason] || say("refused", result.reason));
      if (result.outcome !== "conflict") continue;
      if (result.reason === "removed" && operation.kind === "set_field") bringBack(operation);
      else if (operation.kind === "set_field") conflicts.push({ operation, theirs: result.theirs });
      else if (operation.kind.startsWith("move_")) toast(words.moved);
      else toast(words.changed);
    }
    if (latest && !queue.hasMoves()) showDocument(...latest);
    askAboutConflict();
  }

  function bringBack(operation) {
    if (!window.confirm(say("gone", operation.value))) return;
    const kind = operation.field === "title" ? "section" : "item";
    queue.add({ kind: `restore_${kind}`, target: operation.target });
    queue.add({ kind: "set_field", target: operation.target, field: operation.field, value: operation.value });
  }

  function showStatus(name, count) {
    const place = document.querySelector("[data-brief-status]");
    const isOnlyUnreachable = name === "offline" && !count;
    const text = conflicts.length ? words.conflict : isOnlyUnreachable ? words.unreachable : say(name, String(count));
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle("is-waiting", name === "saving" || name === "offline");
    place.classList.toggle("is-wrong", conflicts.length > 0 || name === "locked" || name === "failed");
    for (const input of document.querySelectorAll("[data-brief-submit] [name=revision]")) input.value = queue ? queue.revision() : 0;
  }

  function showEditors(names) {
    const text = names.length ? say("editors", names.join(", ")) : "";
    const place = document.querySelector("[data-brief-editors]");
    if (place.textContent !== text) place.textContent = text;
  }

  // ---- two versions of one text
  const dialog = document.querySelector("[data-brief-conflict]");
  function askAboutConflict() {
    if (dialog.open || !conflicts.length) return;
    brief.part(dialog, "theirs").textContent = conflicts[0].theirs;
    brief.part(dialog, "mine").textContent = conflicts[0].operation.value;
    dialog.showModal();
  }
  function settle(choice) {
    const { operation, theirs } = conflicts.shift();
    const { target, field, value } = operation;
    const text = choice === "mine" ? value : theirs;
    const holder = brief.find(form, target);
    if (choice === "mine") queue.add({ kind: "set_field", target, field, value });
    const area = holder && holder.querySelector(`[data-field="${field}"]`);
    if (area) {
      area.value = text;
      brief.fit(area);
    }
    dialog.close();
    queue.wake();
    askAboutConflict();
  }
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choice]");
    if (button) settle(button.dataset.choice);
  });
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  // ---- a short message, with a way back
  const toastPlace = document.querySelector("[data-brief-toast]");
  let toastTimer = 0;
  function toast(text, undo) {
    clearTimeout(toastTimer);
    toastPlace.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
    if (undo) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.undo });
      button.addEventListener("click", () => {
        toastPlace.hidden = true;
        undo();
      });
      toastPlace.append(button);
    }
    toastPlace.hidden = false;
    toastTimer = setTimeout(() => (toastPlace.hidden = true), undo ? 15000 : 6000);
  }

  // ---- typing
  form.addEventListener("input", (event) => {
    const area = event.target;
    const holder = area.closest("[data-key]");
    if (!area.dataset.field || !holder) return;
    brief.fit(area);
    if (area.dataset.field === "headline") holder.classList.remove("is-machine");
    if (holder.dataset.kind === "section") page.listTargets();
    queue.add({ kind: "set_field", target: holder.dataset.key, field: area.dataset.field, value: area.value });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("focusout", () => queue.flush());

  // ---- order
  const kindOf = (holder) => holder.dataset.kind || "quotation";
  function queueMove(holder) {
    const before = holder.previousElementSibling;
    const value = { after: before ? before.dataset.key : "" };
    if (kindOf(holder) === "item") value.section = holder.closest("[data-kind=section]").dataset.key;
    queue.add({ kind: `move_${kindOf(holder)}`, target: holder.dataset.key, value });
    if (kindOf(holder) === "section") page.listTargets();
  }
  function step(holder, isUp) {
    const parent = holder.parentElement;
    const neighbour = isUp ? holder.previousElementSibling : holder.nextElementSibling;
    if (neighbour) parent.insertBefore(holder, isUp ? neighbour : neighbour.nextElementSibling);
    else if (kindOf(holder) === "item") {
      const section = holder.closest("[data-kind=section]");
      const other = isUp ? section.previousElementSibling : section.nextElementSibling;
      if (!other) return;
      const items = brief.part(other, "items");
      items.insertBefore(holder, isUp ? null : items.firstElementChild);
    } else return;
    holder.scrollIntoView({ block: "nearest" });
    queueMove(holder);
  }
  function remove(holder) {
    const kind = kindOf(holder);
    if (kind === "section" && holder.querySelector("[data-kind=item]") && !window.confirm(words.confirm_section)) return;
    const next = holder.nextElementSibling || holder.previousElementSibling || holder.parentElement.closest("[data-key]") || form;
    holder.remove();
    queue.add({ kind: `remove_${kind}`, target: holder.dataset.key });
    toast(words.removed, () => queue.add({ kind: `restore_${kind}`, target: holder.dataset.key }));
    const focus = next.querySelector("textarea, button");
    if (focus) focus.focus({ preventScroll: true });
    page.listTargets();
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    const holder = button.closest("[data-key]");
    const act = button.dataset.act;
    if (act === "up" || act === "down") {
      step(holder, act === "up");
      button.focus({ preventScroll: true });
    } else if (act === "remove") remove(holder);
    else if (act === "quote") toggleSentences(button, holder);
  });

  // ---- dragging
  let dragged = null;
  let origin = null;
  form.addEventListener("dragstart", (event) => {
    const handle = event.target.closest && event.target.closest(".brief-handle");
    if (!handle) return;
    dragged = handle.closest("[data-kind=item]");
    origin = [dragged.parentElement, dragged.nextElementSibling];
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.key);
    event.dataTransfer.setDragImage(dragged, 20, 20);
    dragged.classList.add("is-dragged");
  });
  form.addEventListener("dragover", (event) => {
    const section = dragged && event.target.closest("[data-kind=section]");
    if (!section) return;
    event.preventDefault();
    const items = brief.part(section, "items");
    const after = Array.from(items.children).find((item) => {
      const box = item.getBoundingClientRect();
      return item !== dragged && event.clientY < box.top + box.height / 2;
    });
    if (dragged.nextElementSibling !== (after || null) || dragged.parentElement !== items) items.insertBefore(dragged, after || null);
  });
  form.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    if (dragged.parentElement !== origin[0] || dragged.nextElementSibling !== origin[1]) queueMove(dragged);
    origin = null;
  });
  form.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    if (origin) origin[0].insertBefore(dragged, origin[1]); // dropped outside: back to its place
    dragged = origin = null;
  });

  // ---- adding
  async function load(url, how) {
    const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" }, ...how });
    return { status: response.status, data: await response.json() };
  }
  async function openPicker(button, picker, url, name, makeRow) {
    const isOpening = picker.hidden;
    picker.hidden = !isOpening;
    button.setAttribute("aria-expanded", String(isOpening));
    if (!isOpening) return;
    picker.textContent = words.loading;
    try {
      const { data } = await load(url);
      const list = Object.assign(document.createElement("ul"), { className: "desk-list" });
      list.append(...data[name].map(makeRow));
      picker.replaceChildren(data[name].length ? list : words.none);
    } catch {
      picker.textContent = words.unreachable;
    }
  }
  function makeRow(text, note, language, act) {
    const row = document.createElement("li");
    const body = Object.assign(document.createElement("div"), { textContent: text, dir: "auto", lang: language });
    const meta = Object.assign(document.createElement("div"), { textContent: note, className: "desk-meta" });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: words.add });
    button.setAttribute("aria-label", `${words.add}: ${text.slice(0, 80)}`);
    button.addEventListener("click", () => {
      act();
      row.remove();
    });
    row.append(body, meta, button);
    return row;
  }
  function toggleSentences(button, holder) {
    const url = `${start.urls.sentences}?item=${encodeURIComponent(holder.dataset.key)}`;
    openPicker(button, brief.part(holder, "picker"), url, "sentences", (sentence) =>
      makeRow(sentence.text, sentence.outlet, sentence.language, () =>
        queue.add({
          kind: "add_quotation",
          target: holder.dataset.key,
          value: { key: brief.makeIdentifier(), article: sentence.article, text: sentence.text },
        }),
      ),
    );
  }
  function addItem(what) {
    const target = document.querySelector("[data-brief-target]").value;
    queue.add({ kind: "add_item", target, value: { key: brief.makeIdentifier(), ...what } });
  }
  const storiesButton = document.querySelector("[data-brief-stories]");
  storiesButton.addEventListener("click", () =>
    openPicker(storiesButton, document.querySelector("[data-brief-story-list]"), start.urls.stories, "stories", (story) =>
      makeRow(story.title, story.facts, "", () => addItem({ story: story.story })),
    ),
  );
  // The desk's answer to an address: 202 while it fetches the page, asked every two seconds for a minute.
  async function find(address, say) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ address, csrfmiddlewaretoken: token });
    let answer = await load(start.urls.address, { method: "POST", body });
    const url = answer.data.fetching;
    for (let asked = 0; answer.status === 202 && asked < 30; asked += 1) {
      say(words.fetching);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      answer = await load(url).catch(() => ({ status: 202, data: {} }));
    }
    return answer.status === 202 ? { data: { reason: words.still_fetching } } : answer;
  }
  document.querySelector("[data-brief-address]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = event.target.elements.address;
    const button = event.target.querySelector("button");
    const place = document.querySelector("[data-brief-address-answer]");
    button.disabled = true;
    place.textContent = words.loading;
    try {
      const { data } = await find(input.value, (text) => (place.textContent = text));
      place.textContent = data.article ? `${data.title} – ${data.outlet}` : data.reason;
      if (data.article) {
        addItem({ article: data.article });
        input.value = "";
      } else if (data.type_in) {
        place.append(" ", Object.assign(document.createElement("a"), { href: data.type_in, textContent: words.type_in, target: "_blank" }));
      }
    } catch {
      place.textContent = words.unreachable;
    }
    button.disabled = false;
  });
  document.querySelector("[data-brief-add-section]").addEventListener("click", () => {
    queue.add({ kind: "add_section", target: "document", value: { key: brief.makeIdentifier(), title: words.new_section } });
  });

  // ---- keys, links, leaving
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      queue.flush();
    }
    const item = event.altKey && event.target.closest && event.target.closest("[data-kind=item]");
    if (item && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const focus = event.target;
      step(item, event.key === "ArrowUp");
      focus.focus({ preventScroll: true });
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-brief-goto]");
    const item = link && brief.find(form, link.dataset.briefGoto);
    if (!link) return;
    event.preventDefault();
    if (item) {
      item.scrollIntoView({ block: "center" });
      item.querySelector("textarea").focus({ preventScroll: true });
    }
  });
  for (const other of document.querySelectorAll("[data-brief-submit], [data-brief-flush]")) {
    other.addEventListener("submit", (event) => {
      if (!queue.waiting().length) return;
      event.preventDefault();
      queue.whenIdle(() => other.requestSubmit());
    });
  }
  window.addEventListener("beforeunload", (event) => {
    queue.flush();
    if (queue.waiting().length) event.preventDefault();
  });

  // Words that an earlier visit could not send stand on the page again before they are sent.
  for (const operation of queue.waiting()) {
    const holder = operation.kind === "set_field" && brief.find(form, operation.target);
    const area = holder && holder.querySelector(`[data-field="${operation.field}"]`);
    if (area) area.value = operation.value;
  }
  page.fitAll();
  page.listTargets();
  queue.wake();
})();
