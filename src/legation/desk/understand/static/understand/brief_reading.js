// Closes the small forms of the sign-off bar by Escape or a click elsewhere.
(() => {
  "use strict";
  const close = (except) => {
    for (const box of document.querySelectorAll(".brief-remark[open]")) if (box !== except) box.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest(".brief-remark")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(null);
  });
})();
