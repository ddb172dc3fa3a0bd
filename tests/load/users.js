// Users who read with a pause of 1 to 3 seconds between two requests, 3 to 9 where they read pages, each with one of the
// given tokens.
//
// SCENARIO is steady (1,000 users), spike (100, then 2,000 at once), stress (up to 2,000), soak (500 for long) or pages
// (1,000 readers in browsers, whose tokens are cookies).
// Written for k6; `python -m tests.load` starts what it asks and sets the variables.
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter, Rate } from "k6/metrics";

const base = __ENV.BASE;
const tokens = JSON.parse(open(__ENV.TOKENS));
const metrics = JSON.parse(open(__ENV.METRICS));
const minutes = Number(__ENV.MINUTES || "1");
const hits = new Rate("cache_hits");
const backwards = new Counter("publication_went_back");
let newest = 0;

const scenario = __ENV.SCENARIO || "steady";
const isPages = scenario === "pages";

const seconds = (share) => `${Math.max(1, Math.round(minutes * 60 * share))}s`;
const stages = {
  steady: [
    { duration: seconds(0.2), target: 1000 },
    { duration: seconds(0.8), target: 1000 },
  ],
  spike: [
    { duration: seconds(0.2), target: 100 },
    { duration: seconds(0.1), target: 2000 },
    { duration: seconds(0.4), target: 2000 },
    { duration: seconds(0.3), target: 100 },
  ],
  stress: [
    { duration: seconds(0.6), target: 2000 },
    { duration: seconds(0.4), target: 2000 },
  ],
  soak: [
    { duration: seconds(0.05), target: 500 },
    { duration: seconds(0.95), target: 500 },
  ],
};

stages.pages = stages.steady;

export const options = {
  scenarios: {
    readers: { executor: "ramping-vus", startVUs: 1, gracefulRampDown: "5s", stages: stages[scenario] },
  },
  thresholds: {
    http_req_failed: ["rate==0"],
    "http_req_duration{scenario:readers}": isPages ? ["p(95)<30"] : ["p(95)<20", "p(99)<100"],
    cache_hits: ["rate>0.9"],
    publication_went_back: ["count==0"],
  },
  summaryTrendStats: ["avg", "med", "p(95)", "p(99)", "max"],
};

const pick = (list) => list[Math.floor(Math.random() * list.length)];

const ofPages = [
  () => "/",
  () => "/metrics",
  () => `/metrics/${pick(metrics)}`,
  () => `/catalog/metric/${pick(metrics)}`,
  () => "/incidents",
  () => "/data",
];
const ofApi = [
  () => "/api/v1/metrics?limit=50",
  () => `/api/v1/metrics/${pick(metrics)}`,
  () => `/api/v1/metrics/${pick(metrics)}/values?grain=day`,
  () => "/api/v1/scorecard",
];

// pages have been read before: the first look at each after a start is no reader's every day
export function setup() {
  const seen = isPages ? ["/", "/metrics", "/incidents", "/data", ...metrics.flatMap((id) => [`/metrics/${id}`, `/catalog/metric/${id}`])] : [];
  for (const path of seen) http.get(base + path, { headers: { Cookie: tokens[0], Accept: "text/html", "Accept-Encoding": "gzip" }, tags: { phase: "setup" } });
}

export default function () {
  const path = pick(isPages ? ofPages : ofApi)();
  const token = tokens[__VU % tokens.length];
  const proof = isPages ? { Cookie: token, Accept: "text/html" } : { Authorization: `Bearer ${token}` };
  const answer = http.get(base + path, {
    headers: { ...proof, "Accept-Encoding": "gzip" },
    redirects: 0,
    tags: { name: path.split("?")[0].replace(/metrics\/[^/]+/, "metrics/{id}") },
  });
  check(answer, { "is 200": (got) => got.status === 200 });
  // pages with forms are not kept
  if (answer.headers["X-Cache"]) hits.add(answer.headers["X-Cache"] === "HIT");
  // a connection stays with one worker; a new one may reach another, which may learn of a publication a moment later
  const publication = Number(answer.headers["X-Mdl-Publication"] || newest);
  if (answer.timings.connecting === 0 && !(publication >= newest)) backwards.add(1);
  newest = publication || 0;
  sleep((isPages ? 3 : 1) * (1 + 2 * Math.random()));
}
