// What a page does besides standing there: local times, tables that sort, and a line about the mark under the pointer.
"use strict";
const two = (number) => String(number).padStart(2, "0");
const day = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const clock = (at) => `${two(at.getHours())}:${two(at.getMinutes())}`;
const isUtc = (at) => at.getTimezoneOffset() === 0;

// Puts the reader's time after a time in UTC; the date too, where it is another one.
function addLocal(element, at, utcDay, wrap = (text) => text) {
  if (Number.isNaN(at.getTime()) || isUtc(at)) return;
  const local = document.createElement("span");
  local.className = "local";
  local.textContent = wrap(`${day(at) === utcDay ? "" : `${day(at)} `}${clock(at)}\u00a0local`);
  element.append(" ", local);
}

for (const time of document.querySelectorAll("time")) {
  addLocal(time, new Date(time.dateTime), time.dateTime.slice(0, 10), (text) => `(${text})`);
}
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
document.getElementById("zone").textContent = isUtc(new Date()) ? " Your local time is UTC." : ` Local times: ${zone}.`;

const UNITS = { s: 1, min: 60, h: 3600, d: 86400 };
function length(text) {
  let seconds = -1;
  for (const [, number, unit] of text.matchAll(/(\d+) (s|min|h|d)\b/g)) seconds = Math.max(0, seconds) + number * UNITS[unit];
  return seconds;
}
const collator = new Intl.Collator("en", { numeric: true });
const textOf = (row, column) => row.cells[column].firstChild?.data ?? "";

function sort(table, heads, column) {
  const up = heads[column].getAttribute("aria-sort") === "descending";
  heads.forEach((head, index) => head.setAttribute("aria-sort", index !== column ? "none" : up ? "ascending" : "descending"));
  const keyed = [...table.tBodies[0].rows].map((row) => [textOf(row, column), row]);
  if (column === 1) for (const pair of keyed) pair[0] = length(pair[0]);
  const compare = column === 1 ? (a, b) => a[0] - b[0] : (a, b) => collator.compare(a[0], b[0]);
  keyed.sort(up ? compare : (a, b) => compare(b, a));
  table.tBodies[0].append(...keyed.map((pair) => pair[1]));
}

for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent.trim();
    button.addEventListener("click", () => sort(table, heads, column));
    head.replaceChildren(button);
    head.setAttribute("aria-sort", column === 0 ? "descending" : "none");
  });
  // Local times wait until somebody looks: ten thousand of them would hold up the page.
  const details = table.closest("details");
  let waiting = true;
  const show = () => {
    if (!details.open || !waiting) return;
    waiting = false;
    for (const row of table.tBodies[0].rows) {
      const text = textOf(row, 0);
      addLocal(row.cells[0], new Date(`${text.trim().replace(" ", "T")}Z`), text.slice(0, 10));
    }
  };
  details.addEventListener("toggle", show);
  show();
}

// Marks and rows are in the same order within each status, so a mark's row is found by counting.
for (const article of document.querySelectorAll("article")) {
  const chart = article.querySelector(".timeline");
  if (!chart) continue;
  const rows = { s: [], f: [], r: [], o: [] };
  for (const row of article.querySelectorAll("tbody tr")) {
    if (textOf(row, 0).trim() !== "-") rows[row.className || "s"].push(row);
  }
  const marks = [];
  for (const key of Object.keys(rows)) {
    chart.querySelectorAll(`.marks .${key} :is(rect,use)`).forEach((mark, index) => marks.push([mark, rows[key][index]]));
  }
  const readout = article.querySelector(".readout");
  let lit;
  chart.addEventListener("pointermove", (event) => {
    const box = chart.querySelector(".base").getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width) * 100;
    let nearest, least = Infinity;
    for (const [mark, row] of marks) {
      const away = Math.abs(parseFloat(mark.getAttribute("x")) - share);
      if (away < least) [least, nearest] = [away, row];
    }
    if (!nearest || nearest === lit) return;
    lit?.classList.remove("at");
    lit = nearest;
    lit.classList.add("at");
    readout.textContent = [...lit.cells].map((cell) => cell.textContent.trim()).slice(0, 5).join(" \u00b7 ");
  });
}
