/* Small enhancements. Every page works without this file. */
(function () {
  "use strict";

  const csrfToken = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

  /* htmx asks with the token, whatever the form carries. */
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });

  /* A form refused in a partial update is shown like the page it is; anything else unexpected is loaded
     whole, so that the reader sees the words of the server and not a silent page. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    if (status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:responseError", () => window.location.reload());

  /* Focus the summary of errors, where the page has one. */
  const focusErrors = () => document.querySelector("[data-focus]")?.focus();

  /* A second click does not send twice; the server is protected on its own. */
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    event.submitter?.setAttribute("aria-busy", "true");
    window.addEventListener("pageshow", () => {
      sent.delete(form);
      event.submitter?.removeAttribute("aria-busy");
    }, { once: true });
  });

  const togglePassword = (box) => {
    const input = box.querySelector("input");
    const eye = box.querySelector("button");
    eye.hidden = false;
    eye.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      eye.setAttribute("aria-pressed", String(shown));
      eye.querySelector("span").textContent = shown ? box.dataset.hide : box.dataset.show;
    });
  };

  const copyButton = (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.querySelector("span").textContent = button.dataset.done;
    });
  };

  /* Native date fields follow the browser's language; the words beside them follow the page's. */
  const dateInWords = (input) => {
    const words = document.getElementById(input.dataset.words);
    const show = () => {
      const day = input.valueAsDate;
      words.textContent = day
        ? day.toLocaleDateString(document.documentElement.lang, {
            weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
          })
        : "";
    };
    input.addEventListener("input", show);
    show();
  };

  /* Live figures: asked again while somebody looks and is not reading a reason or typing. */
  const refreshLive = () => {
    if (document.visibilityState !== "visible") return;
    document.querySelectorAll("[data-live]").forEach((part) => {
      const busy = part.querySelector("details[open]") || part.contains(document.activeElement);
      if (!busy && window.htmx) window.htmx.trigger(part, "refresh");
    });
  };

  /* A framed letter is as high as its words; nothing in it runs, so that its page may be measured. */
  const fitFrame = (frame) => {
    const fit = () => {
      const page = frame.contentDocument && frame.contentDocument.documentElement;
      if (!page) return;
      frame.height = 0;
      frame.height = page.scrollHeight + 2;
    };
    frame.addEventListener("load", fit);
    window.addEventListener("resize", fit);
    fit();
  };

  const closeMenuOutside = (event) => {
    document.querySelectorAll("details.account-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    focusErrors();
    document.querySelectorAll("[data-password]").forEach(togglePassword);
    document.querySelectorAll("[data-copy]").forEach(copyButton);
    document.querySelectorAll("[data-words]").forEach(dateInWords);
    document.querySelectorAll("[data-fit]").forEach(fitFrame);
    window.setInterval(refreshLive, 15000);
  });
  document.addEventListener("htmx:afterSwap", focusErrors);
  document.addEventListener("click", closeMenuOutside);
})();
