// The document on the page: brings what stands on the screen in line with a document, leaving unsent words alone.
(() => {
  "use strict";
  const brief = (window.legationBrief = window.legationBrief || {});
  const hasSizing = window.CSS && CSS.supports("field-sizing", "content");

  brief.find = (root, key) => root.querySelector(`[data-key="${CSS.escape(key)}"]`);
  brief.part = (root, name) => root.querySelector(`:scope [data-part="${name}"]`);

  brief.fit = (area) => {
    if (hasSizing) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };

  // form: the editor's form; words: sentences by name; isPending(target, field): words that are not sent yet.
  brief.makePage = (form, words, isPending) => {
    const templates = {};
    for (const template of document.querySelectorAll("[data-brief-template]")) {
      templates[template.dataset.briefTemplate] = template.content.firstElementChild;
    }
    const list = brief.part(form, "sections");
    const target = document.querySelector("[data-brief-target]");

    function element(kind, key) {
      const found = brief.find(form, key);
      if (found) return found;
      const made = templates[kind].cloneNode(true);
      made.dataset.key = key;
      return made;
    }

    function setField(holder, name, value) {
      const area = Array.from(holder.querySelectorAll(`[data-field="${name}"]`)).find(
        (one) => one.closest("[data-key]") === holder,
      );
      if (!area || area.value === value || isPending(holder.dataset.key, name)) return;
      area.value = value;
      brief.fit(area);
    }

    // Puts the elements into a parent in order, moving as few as possible, and takes out the others.
    function arrange(parent, elements) {
      const wanted = new Set(elements);
      for (const child of Array.from(parent.children)) if (!wanted.has(child)) child.remove();
      let next = parent.firstElementChild;
      for (const one of elements) {
        if (one === next) next = next.nextElementSibling;
        else parent.insertBefore(one, next);
      }
    }

    function showQuotation(quotation) {
      const shown = element("quotation", quotation.key);
      const text = brief.part(shown, "text");
      text.textContent = quotation.text;
      text.lang = quotation.language;
      brief.part(shown, "outlet").textContent = quotation.outlet;
      const link = brief.part(shown, "address");
      link.hidden = !/^https?:\/\//.test(quotation.address);
      link.href = link.hidden ? "#" : quotation.address;
      return shown;
    }

    function showItem(item, facts) {
      const shown = element("item", item.key);
      if (!isPending(item.key, "headline")) shown.classList.toggle("is-machine", item.is_headline_machine);
      for (const name of ["headline", "why_it_matters", "what_we_suggest"]) setField(shown, name, item[name]);
      const change = brief.part(shown, "change");
      change.hidden = !item.changed_since_last;
      change.textContent = item.changed_since_last ? words[item.changed_since_last] : "";
      brief.part(shown, "facts").textContent = facts[item.key] || "";
      arrange(brief.part(shown, "quotations"), item.quotations.map(showQuotation));
      return shown;
    }

    function showSection(section, facts) {
      const shown = element("section", section.key);
      setField(shown, "title", section.title);
      arrange(
        brief.part(shown, "items"),
        section.items.map((item) => showItem(item, facts)),
      );
      return shown;
    }

    function listTargets() {
      const chosen = target.value;
      target.replaceChildren(
        ...Array.from(list.children, (section) => {
          const title = section.querySelector("[data-field=title]").value;
          return new Option(title || "–", section.dataset.key);
        }),
      );
      if (Array.from(target.options).some((option) => option.value === chosen)) target.value = chosen;
    }

    function render(data, facts) {
      const active = document.activeElement;
      const range = active && active.matches && active.matches("textarea") ? [active.selectionStart, active.selectionEnd] : null;
      const opening = brief.find(form, "document");
      setField(opening, "title", data.title);
      setField(opening, "introduction", data.introduction);
      arrange(
        list,
        data.sections.map((section) => showSection(section, facts)),
      );
      if (range && active.isConnected && document.activeElement !== active) {
        active.focus({ preventScroll: true });
        active.setSelectionRange(range[0], range[1]);
      }
      fitAll();
      listTargets();
    }

    function fitAll() {
      for (const area of form.querySelectorAll("textarea")) brief.fit(area);
    }

    return { render, fitAll, listTargets, list, setField };
  };
})();
