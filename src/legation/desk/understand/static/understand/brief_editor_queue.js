// Edits on their way to the desk: kept in this browser until the desk has them, each sent under one identifier.
(() => {
  "use strict";
  const brief = (window.legationBrief = window.legationBrief || {});
  const TYPING_PAUSE = 800; // milliseconds after the last key
  const POLL = 10000;
  const RETRIES = [2000, 5000, 10000];

  brief.makeIdentifier = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // on: {document(document, facts), results(operations, results), status(name, count), editors(names)}
  brief.makeQueue = (start, on) => {
    const place = `legation-brief-${start.brief}-${start.user}`;
    let revision = start.document.revision;
    let waiting = load();
    let sent = 0; // how many of the waiting ones are on the way
    let failures = 0;
    let isLocked = false;
    let timer = 0;
    const idle = [];

    function load() {
      try {
        const kept = JSON.parse(localStorage.getItem(place));
        return Array.isArray(kept) ? kept : [];
      } catch {
        return [];
      }
    }

    function keep() {
      try {
        if (waiting.length) localStorage.setItem(place, JSON.stringify(waiting));
        else localStorage.removeItem(place);
      } catch {
        // A full or forbidden store: the edits are still in memory.
      }
    }

    function tell() {
      if (isLocked) on.status("locked", waiting.length);
      else if (failures) on.status("offline", waiting.length);
      else if (waiting.length) on.status("saving", waiting.length);
      else on.status("saved", 0);
      if (!waiting.length) while (idle.length) idle.shift()();
    }

    function add(operation) {
      if (operation.kind === "set_field") {
        const index = waiting.findIndex(
          (other, number) =>
            number >= sent &&
            other.kind === "set_field" &&
            other.target === operation.target &&
            other.field === operation.field,
        );
        // Only the last in line may take new words, so that edits keep their order.
        if (index >= 0 && waiting.slice(index + 1).every((other) => other.kind === "set_field")) {
          waiting[index].value = operation.value;
          keep();
          plan(TYPING_PAUSE);
          return;
        }
      }
      waiting.push({
        operation_id: brief.makeIdentifier(),
        field: "",
        value: null,
        base_revision: revision,
        ...operation,
      });
      keep();
      plan(operation.kind === "set_field" ? TYPING_PAUSE : 0);
    }

    function plan(delay) {
      clearTimeout(timer);
      timer = setTimeout(flush, delay);
      tell();
    }

    async function ask(method, body) {
      const url = method === "GET" ? `${start.urls.edits}?known=${revision}` : start.urls.edits;
      const token = document.querySelector("[name=csrfmiddlewaretoken]");
      const response = await fetch(url, {
        method,
        body,
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": token ? token.value : "",
          "X-Requested-With": "XMLHttpRequest", // so that a refusal is an answer and not another page
        },
        credentials: "same-origin",
      });
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      // A page instead of an answer: a proxy's, or the one that asks to sign in again. The edits stay here.
      if (!isJson || response.status >= 500) throw new Error("no answer");
      return { status: response.status, answer: await response.json() };
    }

    async function flush() {
      clearTimeout(timer);
      if (sent || !waiting.length || isLocked) return tell();
      sent = waiting.length;
      tell();
      const batch = waiting.slice(0, sent);
      try {
        const { status, answer } = await ask("POST", JSON.stringify({ known: revision, operations: batch }));
        failures = 0;
        if (status === 200) take(batch, answer);
        else if (status === 400 || status === 413) refuse();
        else lock();
      } catch {
        sent = 0;
        timer = setTimeout(flush, RETRIES[Math.min(failures, RETRIES.length - 1)]);
        failures += 1;
      }
      tell();
      if (!failures && waiting.length && !isLocked) plan(0);
    }

    function take(batch, answer) {
      waiting = waiting.slice(sent);
      sent = 0;
      revision = answer.revision;
      const applied = answer.results.filter((result) => result.outcome === "applied" || result.outcome === "repeated");
      for (const operation of waiting) {
        // What was typed meanwhile was typed in sight of our own edits, not of other people's.
        if (!answer.is_foreign) operation.base_revision = revision;
        for (const result of applied) {
          const earlier = batch.find((other) => other.operation_id === result.operation_id);
          if (earlier.target === operation.target && earlier.field === operation.field) {
            operation.base_revision = Math.max(operation.base_revision, result.revision);
          }
        }
      }
      keep();
      on.editors(answer.editors);
      if (answer.document) on.document(answer.document, answer.facts);
      on.results(batch, answer.results);
    }

    function refuse() {
      waiting = waiting.slice(sent);
      sent = 0;
      keep();
      on.status("failed", 0);
    }

    function lock() {
      sent = 0;
      isLocked = true;
    }

    async function poll() {
      if (sent || document.hidden || isLocked) return;
      try {
        const { status, answer } = await ask("GET");
        if (status !== 200 || !answer.is_editable) lock();
        else if (!sent) {
          revision = answer.revision;
          on.editors(answer.editors);
          if (answer.document) on.document(answer.document, answer.facts);
        }
        if (failures) {
          failures = 0;
          plan(0);
        }
      } catch {
        failures = failures || 1;
      }
      tell();
    }

    setInterval(poll, POLL);
    window.addEventListener("online", () => plan(0));
    window.addEventListener("offline", () => {
      failures = failures || 1;
      tell();
    });
    document.addEventListener("visibilitychange", () => (document.hidden ? flush() : poll()));

    return {
      add,
      flush,
      poll,
      waiting: () => waiting,
      revision: () => revision,
      isPending: (target, field) =>
        waiting.some((operation) => operation.target === target && operation.field === field),
      hasMoves: () => waiting.some((operation) => operation.kind !== "set_field"),
      whenIdle: (act) => {
        idle.push(act);
        flush();
      },
      wake: () => (waiting.length ? plan(0) : (tell(), poll())),
    };
  };
})();
