// Builds what is shown. Every text goes in as text: names, descriptions and addresses come from whoever called.

export function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (key === "onclick") made.addEventListener("click", value);
    else made.setAttribute(key, value);
  }
  made.append(...children.map((child) => child ?? ""));
  return made;
}

// A caller's own words: on at most three lines, their direction kept to themselves.
export function words(text, kind = "") {
  return element("bdi", { class: `text ${kind}`, title: String(text).slice(0, 500) }, String(text));
}

export function chip(text, kind = "") {
  return element("bdi", { class: `chip ${kind}`, title: String(text).slice(0, 500) }, String(text));
}

export function chips(items) {
  return element("ul", { class: "chips" }, ...items.map((item) => element("li", {}, item)));
}

// The words, or nothing where there are none.
export const given = (text, kind) => (text ? words(text, kind) : null);

// A table with its heading, and with buttons where there is more than one page.
export function table({ id, title, columns, page, turn }) {
  const row = (item) =>
    element(
      "tr",
      {},
      ...columns.map(({ label, show }, place) => {
        const content = show(item);
        if (place === 0) return element("th", { scope: "row" }, content ?? "–");
        return element("td", { "data-label": label, class: content ? "" : "none" }, content ?? "–");
      }),
    );
  const from = page.offset + 1;
  const to = page.offset + page.items.length;
  const bar = element("div", { class: "bar" }, element("h2", { id: `${id}-title` }, `${title} (${page.total})`));
  if (page.total > page.limit) {
    const back = element("button", { type: "button", onclick: () => turn(page.offset - page.limit) }, "Previous");
    const on = element("button", { type: "button", onclick: () => turn(page.offset + page.limit) }, "Next");
    back.disabled = page.offset === 0;
    on.disabled = to >= page.total;
    bar.append(element("span", { class: "quiet" }, `${from} to ${to}`), back, on);
  }
  return element(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    bar,
    element(
      "div",
      { class: "scroll" },
      element(
        "table",
        { "aria-labelledby": `${id}-title` },
        element("thead", {}, element("tr", {}, ...columns.map(({ label }) => element("th", { scope: "col" }, label)))),
        element("tbody", {}, ...page.items.map(row)),
      ),
    ),
  );
}
