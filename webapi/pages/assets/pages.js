// What scripts add to pages that are complete without them: palette, keys, copying the address, new numbers.
"use strict";

const EVERY = 15000;
const OFF = "mdl-keys-off";
const main = document.getElementById("main");
const here = () => location.pathname + location.search;
const go = (address) => location.assign(address);

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// a redirect leads to the sign-in: the session has ended
async function ask(path, accept = "application/json") {
  const answer = await fetch(path, { headers: { Accept: accept }, cache: "no-store" });
  return answer.redirected ? new Response(null, { status: 401 }) : answer;
}

// --- palette: a dialog with a combobox over /search.json

const list = make("ul", { id: "palette-list", role: "listbox", "aria-label": "Found" });
const typed = make("input", {
  type: "text", role: "combobox", "aria-label": "Find anything", "aria-controls": "palette-list", "aria-expanded": "false",
  "aria-autocomplete": "list", autocomplete: "off", maxlength: "200", placeholder: "Metric, objective, page …",
});
const said = make("p", { role: "status", class: "faint" });
const palette = make("dialog", { class: "palette", "aria-label": "Find anything" }, typed, list, said);
let asked = 0;
let at = 0;

function openPalette() {
  if (palette.open) return;
  typed.value = "";
  fill([], "");
  palette.showModal();
  typed.focus();
}

function fill(hits, text) {
  list.replaceChildren(...hits.map((hit, index) => {
    const parts = [make("span", { dir: "auto" }, hit.name), make("small", {}, `${hit.group} · ${hit.note}`)];
    return make("li", { id: `hit-${index}`, role: "option", "data-to": hit.href }, ...parts);
  }));
  typed.setAttribute("aria-expanded", String(hits.length > 0));
  list.hidden = !hits.length;
  said.textContent = text;
  choose(0);
}

function choose(index) {
  const options = [...list.children];
  at = options.length ? (index + options.length) % options.length : 0;
  options.forEach((each, place) => each.setAttribute("aria-selected", String(place === at)));
  typed.setAttribute("aria-activedescendant", options[at]?.id ?? "");
  options[at]?.scrollIntoView({ block: "nearest" });
}

async function find() {
  const mine = ++asked;
  if (!typed.value.trim()) return fill([], "");
  try {
    const answer = await ask(`/search.json?q=${encodeURIComponent(typed.value)}`);
    const hits = answer.ok ? (await answer.json()).data : [];
    if (mine === asked) fill(hits.slice(0, 12), answer.ok ? `${hits.length} found` : "The search does not answer.");
  } catch {
    if (mine === asked) fill([], "The search does not answer.");
  }
}

typed.addEventListener("input", find);
typed.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    choose(at + step);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (typed.value.trim()) go(list.children[at]?.dataset.to ?? `/search?q=${encodeURIComponent(typed.value)}`);
  }
});
list.addEventListener("click", (event) => {
  const option = event.target.closest("[data-to]");
  if (option) go(option.dataset.to);
});

// --- keys

let last = "";

// single keys stand in the way of some who speak to their browser: they can be turned off
function offerSwitch() {
  const place = main.querySelector("[data-keys]");
  const button = make("button", { type: "button" });
  const name = () => (button.textContent = `Turn single keys ${localStorage.getItem(OFF) ? "on" : "off"}`);
  button.addEventListener("click", () => {
    localStorage.setItem(OFF, localStorage.getItem(OFF) ? "" : "yes");
    name();
  });
  name();
  place?.replaceChildren(button);
}

function goTo(key) {
  const links = [...document.querySelectorAll("nav[aria-label=Main] a")];
  const found = links.find((each) => each.textContent.toLowerCase().startsWith(key));
  if (found) go(found.href);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.altKey) {
    event.preventDefault();
    return openPalette();
  }
  const isTyping = event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
  const plain = !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || event.repeat || localStorage.getItem(OFF)) return;
  if (last === "g" && /^[a-z]$/.test(event.key)) goTo(event.key);
  else if (event.key === "?") go("/help");
  else if (event.key === "/") {
    event.preventDefault();
    document.getElementById("q")?.focus();
  }
  last = last === "g" ? "" : event.key;
});

// --- the address, to be sent to others

function offerLink() {
  if (!navigator.clipboard) return;
  const button = make("button", { type: "button", class: "copy" }, "Copy link");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "Copied";
  });
  document.querySelector("a.account")?.before(button);
}

// --- new numbers

const news = make("div", { class: "news", role: "status", "aria-live": "polite", hidden: "" });
let shown = null;
let isEdited = false;
let came = "";
const all = (what) => [...main.querySelectorAll(what)];

function tell(text, link, to) {
  // said again it would be read out again
  if (news.dataset.said !== text) news.replaceChildren(text, " ", link ? make("a", { href: to }, link) : "");
  news.dataset.said = text;
  news.hidden = !text;
}

// how an element is found again after its content was made anew
function placeOf(element) {
  if (!main.contains(element) || element === main) return null;
  if (element.id) return () => document.getElementById(element.id);
  const place = all(element.tagName).indexOf(element);
  return () => all(element.tagName)[place];
}

// charts above are drawn anew and change their height: what has the focus stays where it is seen, until somebody moves
function hold(element, top) {
  const watch = new ResizeObserver(() => window.scrollBy(0, element.getBoundingClientRect().top - top));
  watch.observe(main);
  for (const act of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(act, () => watch.disconnect(), { once: true, passive: true });
  }
}

async function refresh(publication) {
  const answer = await ask(here(), "text/html");
  if (!answer.ok || isEdited) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("main");
  if (!found || isEdited) return false;
  const focused = document.activeElement;
  const focus = placeOf(focused);
  const seenAt = focused.getBoundingClientRect().top;
  const open = all("details").map((each) => each.open);
  const top = window.scrollY;
  main.replaceChildren(...found.childNodes);
  document.title = page.title;
  all("details").forEach((each, place) => (each.open = open[place] ?? each.open));
  const again = focus?.();
  again?.focus({ preventScroll: true });
  window.scrollTo(0, top);
  if (again) hold(again, seenAt);
  offerSwitch();
  document.dispatchEvent(new Event("charts:changed"));
  came = `These are the numbers of publication ${publication}, which came while the page was open.`;
  tell(came);
  return true;
}

async function look() {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await ask("/live");
    if (answer.status === 401) return tell("You are signed out.", "Sign in and come back", `/sign-in?next=${encodeURIComponent(here())}`);
    if (!answer.ok && answer.status !== 503) return;
    const { publication, is_away: isAway } = answer.ok ? await answer.json() : { publication: shown, is_away: true };
    if (isAway) return tell(`The database does not answer; these are the numbers of publication ${shown ?? publication}.`);
    if (shown === null || publication === shown) {
      shown = publication;
      // that new numbers came stands until something else is to be said
      if (news.dataset.said !== came) tell("");
    } else if (isEdited) tell(`Publication ${publication} has come; what you are writing stays.`, "Show its numbers", here());
    else if (await refresh(publication)) shown = publication;
  } catch {
    tell("The server does not answer; the page stands as it was.");
  }
}

document.body.append(palette);
main.before(news);
main.addEventListener("input", () => (isEdited = true));
document.addEventListener("visibilitychange", look);
offerLink();
offerSwitch();
look();
setInterval(look, EVERY);
