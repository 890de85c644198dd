/** Where a request goes, with the path and query the part behind sees. */
export type Destination =
  | { to: "functions"; target: string }
  | { to: "auth" | "rest"; target: string; path: string; apikey: string | null }
  | { to: "realtime"; target: string; path: string; apikey: string | null }
  | { to: "page"; name: string }
  | { to: "mailbox" | "nowhere" };

const pages = /^\/(?:$|page\/|docs(?:\/|$)|redoc(?:\/|$)|favicon\.ico$)/;

/** Finds the destination of a path with its query. Functions see /<name>/..., the data API sees what follows /rest/v1. */
export function route(target: string): Destination {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (path.startsWith("/functions/v1/")) return { to: "functions", target: target.slice("/functions/v1".length) };
  if (path.startsWith("/rest/v1/") || path === "/rest/v1") return keyed("rest", target, path, "/rest/v1".length);
  if (path.startsWith("/auth/v1/")) return keyed("auth", target, path, 0);
  if (path.startsWith("/api/v1/")) return { to: "functions", target: target.slice("/api/v1".length) };
  if (path.startsWith("/realtime/v1/api/")) return keyed("realtime", target, path, "/realtime/v1".length);
  if (path === "/realtime/v1/websocket") return keyed("realtime", target, path, "/realtime/v1".length, "/socket");
  if (path === "/health" || path.startsWith("/health/")) return { to: "functions", target };
  if (path === "/mailbox" || path.startsWith("/mailbox/")) return { to: "mailbox" };
  return pages.test(path) ? { to: "page", name: path } : { to: "nowhere" };
}

/** Takes an `apikey` out of the query: the data API would read it as a filter on a column. */
function keyed(
  to: "auth" | "rest" | "realtime",
  target: string,
  path: string,
  cut: number,
  prefix = "",
): Destination {
  const mark = target.indexOf("?");
  if (mark < 0 || !target.includes("apikey=", mark)) {
    return { to, path, target: prefix + target.slice(cut) || "/", apikey: null };
  }
  const kept: string[] = [];
  let apikey: string | null = null;
  for (const pair of target.slice(mark + 1).split("&")) {
    if (pair.startsWith("apikey=")) apikey = decoded(pair.slice("apikey=".length));
    else kept.push(pair);
  }
  const query = kept.length > 0 ? `?${kept.join("&")}` : "";
  return { to, path, target: (prefix + path.slice(cut) || "/") + query, apikey };
}

/** A value of the query; as it stands where it cannot be read. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
