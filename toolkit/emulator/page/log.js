// The log: the newest request first, what was sent on demand.

import { chip, element, words } from "./dom.js";

const KEPT = 200;

function tone(code) {
  if (code === null) return "bad";
  return code < 400 ? "good" : code < 500 ? "warn" : "bad";
}

function text(side) {
  const headers = Object.entries(side.headers).map(([name, value]) => `${name}: ${value}`);
  const body = side.body === null ? "(no body)" : typeof side.body === "string" ? side.body : JSON.stringify(side.body, null, 2);
  return `${headers.join("\n")}\n\n${body}`;
}

async function toggle(button, row, entry, read) {
  if (row.nextSibling?.dataset?.seq === String(entry.seq)) {
    row.nextSibling.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const [whole] = (await read(`requests?after=${entry.seq - 1}&limit=1&bodies=true`)).requests;
  const parts =
    whole?.seq === entry.seq
      ? [
          element("h3", {}, "Sent"),
          element("pre", {}, text(whole.request)),
          element("h3", {}, "Answered"),
          element("pre", {}, text(whole.answer)),
        ]
      : [element("p", {}, "The log has let this request go.")];
  const id = element("p", { class: "quiet code" }, `request id ${entry.requestId}`);
  row.after(element("tr", { "data-seq": entry.seq }, element("td", { colspan: 5 }, id, ...parts)));
  button.setAttribute("aria-expanded", "true");
}

function shown(entry, read) {
  const query = Object.entries(entry.query).map(([name, value]) => `${name}=${value}`);
  const asked = `${entry.method} ${entry.path}${query.length ? `?${query.join("&")}` : ""}`;
  const button = element("button", { type: "button", class: "plain", "aria-expanded": "false" }, words(asked, "code"));
  const fault = entry.fault ? [" ", chip(`fault: ${entry.fault}`, "bad")] : [];
  const row = element(
    "tr",
    {},
    element("td", { class: "code quiet" }, entry.time.slice(11, 23)),
    element("th", { scope: "row" }, button, ...fault),
    element("td", {}, chip(entry.status ?? "no answer", tone(entry.status))),
    element("td", {}, words(entry.sandbox ?? "–")),
    element("td", { class: "number" }, String(entry.durationMs)),
  );
  button.addEventListener("click", () => toggle(button, row, entry, read));
  return row;
}

export function add(entries, read) {
  const body = document.getElementById("entries");
  body.prepend(...entries.map((entry) => shown(entry, read)).reverse());
  while (body.rows.length > KEPT) body.lastElementChild.remove();
  document.getElementById("no-entries").hidden = body.rows.length > 0;
}

export function clear() {
  document.getElementById("entries").replaceChildren();
  document.getElementById("no-entries").hidden = false;
}
