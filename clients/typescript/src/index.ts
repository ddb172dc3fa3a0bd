/** The typed client of the MDL reporting API: openapi-fetch over the generated types, with sign-in kept alive. */

import createFetchClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema.js";

/** Shapes of requests and answers by name, such as `Schemas["Values"]`. */
export type Schemas = components["schemas"];
/** Every error answer: problem details as in RFC 9457. */
export type Problem = Schemas["Problem"];
/** Values and policies also come as text: ask with `headers: { Accept: "text/csv" }, parseAs: "text"`. */
export type MdlClient = Client<paths, Json>;

type Json = "application/json" | "application/problem+json";

export interface Session {
  /** An access token, as `POST /api/auth/login` answers it. */
  token?: string;
  /** With it an access token that has run out is replaced, and the request sent again. */
  refreshToken?: string;
  /** Told of each new pair, so that it can be kept: the old refresh token is spent. */
  onTokens?: (tokens: Schemas["Tokens"]) => void;
}

export type ClientOptions = {
  /** Where the API is, without a path: `https://mdl.example.com`. */
  baseUrl: string;
  /** What sends requests, `globalThis.fetch` by default. */
  fetch?: (request: Request) => Promise<Response>;
} & ({ apiKey: string } | Session);

/** A client that proves who it is by API key, by session, or (for signing in) not at all. */
export function createClient(options: ClientOptions): MdlClient {
  const { baseUrl, fetch: send = (request: Request) => fetch(request) } = options;
  if ("apiKey" in options) {
    return createFetchClient<paths, Json>({ baseUrl, fetch: send, headers: { "X-API-Key": options.apiKey } });
  }
  return createFetchClient<paths, Json>({ baseUrl, fetch: inSession(options, baseUrl, send) });
}

type Send = (request: Request) => Promise<Response>;

function inSession(session: Session, baseUrl: string, send: Send): Send {
  let { token, refreshToken } = session;
  let refreshing: Promise<void> | undefined;

  /** A refresh token counts once: however many requests were refused, one of them spends it. */
  async function refresh(spent: string): Promise<void> {
    const client = createFetchClient<paths, Json>({ baseUrl, fetch: send });
    const { data, response } = await client.POST("/api/auth/refresh", { body: { refresh_token: spent } });
    if (data) {
      ({ access_token: token, refresh_token: refreshToken } = data);
      session.onTokens?.(data);
    } else if (response.status === 401) {
      refreshToken = undefined; // the session has ended; after 429 or 503 it has not
    }
  }

  function authorized(request: Request): Request {
    if (token !== undefined) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  }

  return async (request) => {
    const again = request.clone();
    const used = token;
    const response = await send(authorized(request));
    const isSignIn = new URL(request.url).pathname === "/api/auth/login";
    if (response.status !== 401 || isSignIn) return response;
    if (token === used && refreshToken !== undefined) {
      refreshing ??= refresh(refreshToken).finally(() => (refreshing = undefined));
    }
    await refreshing;
    return token === used ? response : send(authorized(again));
  };
}
