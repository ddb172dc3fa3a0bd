/** Against a running server: `make typescript` starts one and says where it is. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient, type Problem, type Schemas } from "@mdl/client";

const baseUrl = process.env["MDL_URL"] ?? "";

async function signIn(): Promise<Schemas["Tokens"]> {
  const body = { username: "admin", password: process.env["MDL_PASSWORD"] ?? "" };
  const { data } = await createClient({ baseUrl }).POST("/api/auth/login", { body });
  assert.ok(data);
  return data;
}

const tokens = await signIn();
const client = createClient({ baseUrl, token: tokens.access_token });

test("values of a metric come as numbers with what they rest on", async () => {
  const { data } = await client.GET("/api/v1/metrics/{metric_id}/values", {
    params: { path: { metric_id: "revenue" }, query: { grain: "day" } },
  });
  assert.equal(data?.data[0]?.value, 30);
  assert.equal(data.meta.quality, "warning");
});

test("pages are followed to the last", async () => {
  const names: string[] = [];
  for (let page = 1, more = true; more; page++) {
    const { data } = await client.GET("/api/v1/metrics", { params: { query: { page, limit: 2 } } });
    assert.ok(data);
    names.push(...data.data.map((metric) => metric.content.name));
    more = data.pagination.has_next;
  }
  assert.deepEqual(names, ["Average order", "Happiness", "Revenue"]);
});

test("a change needs the ETag that was read, and a stale one is a problem", async () => {
  const path = { metric_id: "happiness" };
  const read = await client.GET("/api/v1/metrics/{metric_id}", { params: { path } });
  const header = { "If-Match": read.response.headers.get("ETag") ?? "" };
  const change = (description: string) =>
    client.PATCH("/api/v1/metrics/{metric_id}", { params: { path, header }, body: { description } });
  const changed = await change("As people say.");
  assert.equal(changed.data?.data.content.description, "As people say.");
  const stale = await change("As others say.");
  assert.equal(stale.error?.type, "urn:mdl:problem:stale");
});

test("an unknown metric is a typed problem", async () => {
  const { data, error } = await client.GET("/api/v1/metrics/{metric_id}", {
    params: { path: { metric_id: "no-such-metric" } },
  });
  assert.equal(data, undefined);
  const problem: Problem | undefined = error;
  assert.equal(problem?.status, 404);
  assert.equal(problem.type, "urn:mdl:problem:not-found");
});

test("an API key reads without a session", async () => {
  const made = await client.POST("/api/auth/api-keys", { body: { name: "test" } });
  const byKey = createClient({ baseUrl, apiKey: made.data?.key ?? "" });
  const { data } = await byKey.GET("/api/auth/me");
  assert.equal(data?.data.role, "viewer");
});

test("requests that meet a token that ran out share one refresh", async () => {
  const { refresh_token: refreshToken } = await signIn();
  const seen: string[] = [];
  const onTokens = (pair: Schemas["Tokens"]) => seen.push(pair.refresh_token);
  const session = createClient({ baseUrl, token: "ran.out", refreshToken, onTokens });
  const body = { metric_ids: ["revenue"], grain: "day" as const };
  const both = await Promise.all([session.POST("/api/v1/query", { body }), session.GET("/api/auth/me")]);
  assert.deepEqual([both[0].data?.data[0]?.values["revenue"], both[1].data?.data.role], [30, "admin"]);
  assert.equal(seen.length, 1);
  assert.notEqual(seen[0], refreshToken);
});

test("a session that cannot be refreshed answers 401", async () => {
  const { error } = await createClient({ baseUrl, token: "ran.out", refreshToken: "spent" }).GET("/api/auth/me");
  assert.equal(error?.status, 401);
});
