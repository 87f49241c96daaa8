// The page: asks the administration API with the token, shows what a sandbox holds, and follows the log.

import { element } from "./dom.js";
import { isEmpty, kinds, sections } from "./contents.js";
import * as log from "./log.js";

const WAIT_S = 25;
const PAGE = 50;
const LOOKS = ["GET", "HEAD", "OPTIONS"];
const at = (id) => document.getElementById(id);

let token = "";
let offsets = {};
let generation = 0;
let drawn = "";

class Refused extends Error {}

async function read(path) {
  const answer = await fetch(`/_admin/${path}`, { headers: { "x-emulator-admin-token": token }, cache: "no-store" });
  if (answer.status === 401) throw new Refused();
  if (!answer.ok) throw new Error(`the emulator answered ${answer.status}`);
  return answer.json();
}

function chosen() {
  const [organisation, sandbox] = JSON.parse(at("sandbox").value);
  return { organisation, sandbox };
}

function say(text) {
  at("status").textContent = text;
}

function fail(error) {
  if (!(error instanceof Refused)) return say("The emulator does not answer. Trying again…");
  sessionStorage.removeItem("token");
  at("main").hidden = at("choice").hidden = at("down").hidden = true;
  at("door").hidden = false;
  say(token ? "This token is not the emulator's." : "");
  at("token").focus();
}

async function showContents() {
  const place = chosen();
  const pages = {};
  await Promise.all(
    kinds.map(async (kind) => {
      const query = new URLSearchParams({ ...place, kind, offset: offsets[kind] ?? 0, limit: PAGE });
      pages[kind] = await read(`contents?${query}`);
    }),
  );
  const state = JSON.stringify([place, pages]);
  // What is the same stays, and with it whatever a keyboard or a reader is at.
  if (state === drawn || JSON.stringify(place) !== JSON.stringify(chosen())) return;
  drawn = state;
  at("tables").replaceChildren(...sections(pages, turn));
  at("empty").hidden = !isEmpty(pages);
  at("hints").textContent = `ajo sync\najo emulator seed ${place.sandbox}${port()}`;
}

const port = () => (location.port === "8765" ? "" : ` --port ${location.port || 80}`);

async function turn(kind, offset) {
  offsets = { ...offsets, [kind]: Math.max(0, offset) };
  await showContents().catch(fail);
  document.querySelector(`#${kind} button:not(:disabled)`)?.focus();
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Follows the log until another choice is made. What is listed is read anew when somebody has changed something.
async function follow(own) {
  const only = at("only").checked ? { sandbox: chosen().sandbox } : {};
  const ask = (more) => read(`requests?${new URLSearchParams({ ...only, ...more })}`);
  log.clear();
  let next = null;
  while (own === generation) {
    try {
      const news = next === null ? await ask({ limit: 100 }) : await ask({ after: next, limit: 100, wait: WAIT_S });
      if (own !== generation) return;
      say("Live");
      if (next === null || news.requests.some(({ method, path }) => !LOOKS.includes(method) && !path.includes("/list/")))
        await showContents();
      log.add(news.requests, read);
      next = news.next;
    } catch (error) {
      if (own !== generation) return;
      fail(error);
      if (error instanceof Refused) return;
      await pause(1000);
    }
  }
}

function restart() {
  generation += 1;
  if (at("live").checked) follow(generation);
  else say("Paused");
}

async function open() {
  try {
    const { sandboxes } = await read("overview");
    sessionStorage.setItem("token", token);
    const several = new Set(sandboxes.map(({ organisation }) => organisation)).size > 1;
    at("sandbox").replaceChildren(
      ...sandboxes.map(({ organisation, sandbox, production }) => {
        const name = several ? `${sandbox} (${organisation})` : sandbox;
        const value = JSON.stringify([organisation, sandbox]);
        return element("option", { value }, production ? `${name} – production` : name);
      }),
    );
    const dev = sandboxes.findIndex(({ sandbox }) => sandbox === "dev");
    at("sandbox").selectedIndex = Math.max(0, dev);
    at("door").hidden = true;
    at("main").hidden = at("choice").hidden = at("down").hidden = false;
    restart();
  } catch (error) {
    fail(error);
    if (!(error instanceof Refused)) pause(1000).then(open);
  }
}

// The token comes in the fragment, which no request carries; it leaves the address at once.
function enter() {
  const given = location.hash.slice(1);
  if (given) history.replaceState(null, "", location.pathname);
  token = given || sessionStorage.getItem("token") || "";
  open();
}

at("sandbox").addEventListener("change", () => {
  offsets = {};
  restart();
  if (!at("live").checked) showContents().catch(fail);
});
at("down").addEventListener("click", () => {
  at("log-title").scrollIntoView();
  at("live").focus();
});
at("live").addEventListener("change", restart);
at("only").addEventListener("change", restart);
at("enter").addEventListener("click", () => {
  token = at("token").value.trim();
  at("token").value = "";
  open();
});
at("token").addEventListener("keydown", (event) => event.key === "Enter" && at("enter").click());
window.addEventListener("hashchange", enter);
enter();
