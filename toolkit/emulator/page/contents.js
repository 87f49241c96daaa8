// What a sandbox holds: one table a kind.

import { chip, chips, given, table, words } from "./dom.js";

const RUNNING = ["Deployed", "Redeployed", "Testing", "Dry Run"];

const STATES = {
  created: ["not deployed", "warn"],
  updated: ["not deployed", "warn"],
  deployed: ["deployed", "good"],
  edited: ["deployed, edited since", "warn"],
};

const status = (name) => chip(name, RUNNING.includes(name) ? "good" : name === "Paused" ? "warn" : "");
const state = (item) => chip(...(STATES[item.state] ?? [item.state]));
const used = (one) => chip(`${one.name} · ${one.status}`, RUNNING.includes(one.status) ? "good" : "");
const number = (value) => (typeof value === "number" ? value.toLocaleString("en") : "?");

function allowed(service, name) {
  const rating = service.rating ?? {};
  const most = service.maxHttpConnections > 0 ? `, ${number(service.maxHttpConnections)} connections` : "";
  return chip(`${name}: ${number(rating.maxCallsCount)} calls in ${number(rating.periodInMs)} ms${most}`);
}

const KINDS = [
  {
    kind: "actions",
    title: "Actions in the palette",
    columns: [
      { label: "Name", show: (item) => words(item.name) },
      { label: "Type", show: (item) => chip(item.type) },
      { label: "Request", show: (item) => given(`${item.method ?? ""} ${item.url ?? ""}`.trim(), "code") },
      { label: "Description", show: (item) => given(item.description) },
      { label: "Used in", show: (item) => (item.usedIn.length ? chips(item.usedIn.map(used)) : null) },
    ],
  },
  {
    kind: "endpointConfigs",
    title: "Cappings",
    columns: [
      { label: "URL", show: (item) => given(item.url, "code") },
      { label: "State", show: state },
      { label: "Methods", show: (item) => given((item.methods ?? []).join(", ")) },
      {
        label: "Limit",
        show: (item) => chips(Object.entries(item.services ?? {}).map(([name, service]) => allowed(service, name))),
      },
    ],
  },
  {
    kind: "throttlingConfigs",
    title: "Throttlings",
    columns: [
      { label: "URL", show: (item) => given(item.urlPattern, "code") },
      { label: "State", show: state },
      { label: "Methods", show: (item) => given((item.methods ?? []).join(", ")) },
      { label: "Limit", show: (item) => chip(`${number(item.maxThroughput)} calls a second`) },
    ],
  },
  {
    kind: "journeys",
    title: "Journeys",
    columns: [
      { label: "Name", show: (item) => words(item.name) },
      { label: "Status", show: (item) => status(item.status) },
      { label: "Uses", show: (item) => (item.actions.length ? chips(item.actions.map((name) => chip(name))) : null) },
    ],
  },
];

export const kinds = KINDS.map(({ kind }) => kind);

// The tables of those kinds that the sandbox holds something of.
export function sections(pages, turn) {
  return KINDS.filter(({ kind }) => pages[kind].total).map((known) =>
    table({ ...known, id: known.kind, page: pages[known.kind], turn: (offset) => turn(known.kind, offset) }),
  );
}

export function isEmpty(pages) {
  const own = pages.actions.items.some((item) => item.type !== "builtIn") || pages.actions.offset > 0;
  return !own && kinds.every((kind) => kind === "actions" || !pages[kind].total);
}
