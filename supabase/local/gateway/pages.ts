import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeModules } from "../paths.ts";
import { livePage, type LivePageFacts } from "./live-page.ts";
import { problem } from "./problem.ts";

const spec = "/functions/v1/docs/openapi.json";

/** The only files served: name in the URL, file in node_modules, type. */
const assets: Record<string, [file: string, type: string]> = {
  "/docs/swagger-ui.css": ["swagger-ui-dist/swagger-ui.css", "text/css"],
  "/docs/swagger-ui-bundle.js": ["swagger-ui-dist/swagger-ui-bundle.js", "text/javascript"],
  "/redoc/redoc.standalone.js": ["redoc/bundles/redoc.standalone.js", "text/javascript"],
};

/** Our answers link nowhere: the column for it would make an open operation wider than a phone. */
const NO_LINKS = ".response-col_links{display:none}";

/** The pages for people: what there is, and the API's description in two forms, out of npm packages and without a CDN. */
export function page(name: string, request: Request, facts: LivePageFacts): Response {
  const asset = assets[name];
  if (asset) return file(...asset);
  const live = livePage(name, request, facts);
  if (live) return live;
  switch (name) {
    case "/docs":
    case "/docs/":
      return bare(
        "API: Swagger UI",
        `<link rel="stylesheet" href="/docs/swagger-ui.css"><style>${NO_LINKS}</style><div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script>` +
          `<script>SwaggerUIBundle({url:"${spec}",dom_id:"#ui",deepLinking:true,persistAuthorization:true})</script>`,
      );
    case "/redoc":
    case "/redoc/":
      return bare(
        "API: ReDoc",
        `<div id="ui"></div><script src="/redoc/redoc.standalone.js"></script><script>Redoc.init("${spec}",{},document.getElementById("ui"))</script>`,
      );
    case "/favicon.ico":
      return new Response(null, { status: 204 });
    default:
      return problem(404, "not_found", "There is no such page.", request);
  }
}

function bare(title: string, body: string): Response {
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head><body style="margin:0">${body}</body></html>`;
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
}

/** The picture that ReDoc fetches from its makers' server; nothing here is fetched from elsewhere, so it shows none. */
const REDOC_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg";

function file(path: string, type: string): Response {
  const text = readFileSync(join(nodeModules, path), "utf8");
  return new Response(text.replaceAll(REDOC_LOGO, "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"), {
    headers: { "content-type": `${type}; charset=utf-8`, "cache-control": "public, max-age=3600" },
  });
}
