import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What tests of pages in a real browser share. */

/** Where Chromium is; `undefined`: nowhere. */
export const executablePath = [
  process.env.TILLSTORM_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

export const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const chartFolder = dirname(createRequire(import.meta.url).resolve("chart.js"));
export const chartLibrary = readFileSync(join(chartFolder, "chart.umd.min.js"), "utf8");

/** Canvases on which next to nothing was drawn. */
export const blankCanvases = `Array.from(document.querySelectorAll("canvas")).filter((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at] > 0) drawn += 1;
  return drawn < 200;
}).map((canvas) => canvas.getAttribute("aria-label"))`;

/** Elements that hide a part of what they hold, and texts that stand out of the window. */
export const cutOff = `(() => {
  const scrolls = (element) => {
    for (let it = element; it; it = it.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(it).overflowX)) return true;
    }
    return false;
  };
  const found = [];
  for (const element of document.body.querySelectorAll("*")) {
    const hides = ["hidden", "clip"].includes(getComputedStyle(element).overflowX);
    if (hides && element.scrollWidth > element.clientWidth) found.push("hidden: " + element.outerHTML.slice(0, 80));
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    if (parent.closest("script, noscript") || scrolls(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    for (const box of range.getClientRects()) {
      if (box.left < -1 || box.right > innerWidth + 1) found.push("outside: " + texts.currentNode.data.slice(0, 80));
    }
  }
  return found;
})()`;
