/* Filters, sorts and pages the table of citations. Rows come as columns of numbers out of data/*.js; only the rows of
   the page that is looked at are in the document, and every string is put there as text. */
(function () {
  "use strict";

  const PAGE = 100;
  const NAMES = ["platform", "kind", "author", "flags", "outcome", "verdict", "article"];
  const columns = {};
  let about = null;
  let words = [];
  let lowered = [];
  let loaded = 0;
  let order = null;
  let shown = null;
  let page = 0;
  let sort = { column: "", descending: false };
  const ranks = {};

  const find = (selector) => document.querySelector(selector);

  window.amberpostTable = function (given) {
    about = given;
    for (const name of [...NAMES, "day"]) columns[name] = new Int32Array(given.rows);
    words = new Array(given.rows).fill("");
  };

  window.amberpostRows = function (part) {
    for (const name of [...NAMES, "day"]) columns[name].set(part[name], part.first);
    for (let at = 0; at < part.words.length; at++) words[part.first + at] = part.words[at];
    loaded += part.words.length;
  };

  function fillChoices(name) {
    const select = find(`select[name=${name}]`);
    const values = name === "flags" ? [...new Set(about.values.flags.flat())].sort() : about.values[name];
    select.replaceChildren(makeOption("", "all"), ...values.map((value, at) => makeOption(name === "flags" ? value : String(at), value)));
  }

  function makeOption(value, text) {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = text;
    return option;
  }

  /* Which values of a column hold some letters, each value looked at once. */
  function findHolding(name, letters) {
    const holds = new Uint8Array(about.values[name].length);
    about.values[name].forEach((value, at) => { holds[at] = value.toLowerCase().includes(letters) ? 1 : 0; });
    return (row) => holds[columns[name][row]] === 1;
  }

  function readTests() {
    const wanted = new FormData(find("#filters"));
    const tests = [];
    for (const name of ["platform", "kind", "outcome", "verdict"]) {
      const value = wanted.get(name);
      if (value) tests.push((row) => columns[name][row] === Number(value));
    }
    const flag = wanted.get("flags");
    if (flag) {
      const holds = about.values.flags.map((flags) => flags.includes(flag));
      tests.push((row) => holds[columns.flags[row]]);
    }
    for (const name of ["author", "article"]) {
      const letters = wanted.get(name).trim().toLowerCase();
      if (letters) tests.push(findHolding(name, letters));
    }
    const from = Number(wanted.get("from").replaceAll("-", ""));
    const to = Number(wanted.get("to").replaceAll("-", ""));
    if (from) tests.push((row) => columns.day[row] >= from);
    if (to) tests.push((row) => columns.day[row] > 0 && columns.day[row] <= to);
    const letters = wanted.get("words").trim().toLowerCase();
    if (letters) {
      if (!lowered.length) lowered = words.map((text) => text.toLowerCase());
      tests.push((row) => lowered[row].includes(letters));
    }
    return tests;
  }

  /* All rows in the order that is wanted. Value and row are packed into one number, so that numbers are sorted. */
  function makeOrder() {
    const rows = about.rows;
    const made = new Int32Array(rows);
    if (!sort.column) {
      for (let row = 0; row < rows; row++) made[row] = row;
      return made;
    }
    const values = columns[sort.column === "date" ? "day" : sort.column];
    const rank = sort.column === "flags" ? rankFlags() : null;
    const keys = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = rank ? rank[values[row]] : values[row];
      keys[row] = (sort.descending ? 1e9 - value : value) * rows + row;
    }
    keys.sort();
    for (let at = 0; at < rows; at++) made[at] = keys[at] % rows;
    return made;
  }

  function rankFlags() {
    if (!ranks.flags) {
      const texts = about.values.flags.map((flags) => flags.join(" "));
      const sorted = [...new Set(texts)].sort();
      const places = new Map(sorted.map((text, at) => [text, at]));
      ranks.flags = texts.map((text) => places.get(text));
    }
    return ranks.flags;
  }

  function filter() {
    const tests = readTests();
    shown = tests.length ? order.filter((row) => tests.every((test) => test(row))) : order;
    show(0);
  }

  function show(wanted) {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(Math.max(0, wanted), pages - 1);
    const rows = shown.subarray(page * PAGE, (page + 1) * PAGE);
    find("#citations tbody").replaceChildren(...Array.from(rows, makeRow));
    find("#pages").textContent = pages.toLocaleString("en");
    find("#page").max = pages;
    find("#page").value = page + 1;
    for (const step of ["first", "previous"]) find(`[data-step=${step}]`).disabled = page === 0;
    for (const step of ["next", "last"]) find(`[data-step=${step}]`).disabled = page === pages - 1;
    find("#status").textContent = describe(rows.length);
  }

  function describe(count) {
    const all = `${about.rows.toLocaleString("en")} citations`;
    const some = shown.length === about.rows ? all : `${shown.length.toLocaleString("en")} of ${all}`;
    const first = page * PAGE + 1;
    return count ? `${some}; rows ${first.toLocaleString("en")} to ${(first + count - 1).toLocaleString("en")}.` : `${some}.`;
  }

  function makeRow(row) {
    const line = document.createElement("tr");
    const value = (name) => about.values[name][columns[name][row]];
    const link = document.createElement("a");
    link.href = `posts/${String(Math.floor(row / about.cards) + 1).padStart(5, "0")}.html#c${row + 1}`;
    link.textContent = showDay(columns.day[row]);
    const card = document.createElement("td");
    card.append(link);
    const texts = [value("platform"), value("kind"), value("author"), value("verdict"), value("outcome")];
    line.append(card, ...texts.map(makeCell), makeCell(value("flags").join(", ")), makeCell(value("article")), makeCell(words[row]));
    return line;
  }

  function makeCell(text) {
    const cell = document.createElement("td");
    cell.dir = "auto";
    cell.textContent = text;
    return cell;
  }

  function showDay(day) {
    const digits = String(day).padStart(8, "0");
    return day ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}` : "no date";
  }

  function sortBy(column) {
    sort = { column, descending: sort.column === column && !sort.descending };
    for (const head of document.querySelectorAll("#citations th[data-column]")) {
      if (head.dataset.column === column) head.setAttribute("aria-sort", sort.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    order = makeOrder();
    filter();
  }

  function step(name) {
    const last = Math.ceil(shown.length / PAGE) - 1;
    show({ first: 0, previous: page - 1, next: page + 1, last }[name]);
  }

  function start() {
    if (!about || loaded < about.rows) {
      find("#status").textContent = "The table's data are not all there: was the folder data copied along?";
      return;
    }
    for (const name of ["platform", "kind", "flags", "outcome", "verdict"]) fillChoices(name);
    const filters = find("#filters");
    filters.addEventListener("input", filter);
    filters.addEventListener("reset", () => setTimeout(filter));
    filters.addEventListener("submit", (event) => event.preventDefault());
    for (const head of document.querySelectorAll("#citations th[data-column]"))
      head.firstElementChild.addEventListener("click", () => sortBy(head.dataset.column));
    for (const button of document.querySelectorAll("[data-step]")) button.addEventListener("click", () => step(button.dataset.step));
    find("#page").addEventListener("change", (event) => show(Number(event.target.value) - 1 || 0));
    filters.hidden = false;
    find("#pager").hidden = false;
    order = makeOrder();
    filter();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
