// Makes the static pictures of charts interactive: the snippet that reports/charts/bundle.py bundles with Vega.
//
// A page has <figure data-chart="/api/v1/metrics/ID/chart?grain=day"> around its picture. Where the specification is
// there and can be drawn, the drawing takes the place of elements marked data-chart-static (of HTML, as `hidden` is: an
// inline picture needs one around it); where anything fails, the picture stays. Nothing is evaluated (`ast`) and no
// style element is made, as the pages' policy wants it: the tip needs rules of #vg-tooltip-element in the stylesheet.

const MEDIA_TYPE = "application/vnd.vegalite.v6+json";
const BESIDE = 140; // pixels
const NARROWEST = 200;
const WIDEST = 2000;
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const drawn = new WeakMap();
const turns = new WeakMap();

function theme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
}

async function specification(figure) {
  const address = new URL(figure.dataset.chart, document.baseURI);
  if (address.origin !== window.location.origin) throw new Error("a chart of another host");
  address.searchParams.set("theme", theme());
  // its words must fit beside the axis and the names of lines, or the area between the axes shrinks to make room for them
  const room = figure.clientWidth - BESIDE;
  address.searchParams.set("width", Math.min(Math.max(room, NARROWEST), WIDEST));
  const answer = await fetch(address, { headers: { Accept: MEDIA_TYPE }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

// without `eval`, Vega loses instants that are given as numbers: points would lie on the axis, which had no labels
function instantsAsExpressions(x) {
  if (x?.type !== "temporal") return;
  for (const [holder, name] of [[x.scale, "domain"], [x.axis, "values"]]) {
    if (Array.isArray(holder?.[name])) holder[name] = { expr: `[${holder[name].map(Number)}]` };
  }
}

async function draw(figure) {
  const wanted = theme();
  // one that was begun later, for another theme, counts, whichever is ready first
  const turn = (turns.get(figure) ?? 0) + 1;
  turns.set(figure, turn);
  const place = document.createElement("div");
  place.className = "chart-drawing";
  try {
    const found = await specification(figure);
    found.background = null; // the page's own
    figure.prepend(place);
    found.width = "container";
    found.autosize = { type: "fit-x", contains: "padding" };
    for (const layer of found.layer ?? []) instantsAsExpressions(layer.encoding?.x);
    const view = await vegaEmbed(place, found, {
      actions: false,
      ast: true,
      defaultStyle: false,
      logLevel: 1, // errors
      mode: "vega-lite",
      renderer: "svg",
      tooltip: { disableDefaultStyle: true },
    });
    if (turns.get(figure) !== turn) {
      view.finalize();
      place.remove();
      return;
    }
    drawn.get(figure)?.();
    drawn.set(figure, () => {
      view.finalize();
      place.remove();
    });
    for (const each of figure.querySelectorAll("[data-chart-static]")) each.hidden = true;
    figure.dataset.chartTheme = wanted;
  } catch {
    place.remove();
  }
}

function drawAll() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    if (figure.dataset.chartTheme !== theme()) draw(figure);
  }
}

dark.addEventListener("change", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
// a page that changes its content says so
document.addEventListener("charts:changed", drawAll);
drawAll();
