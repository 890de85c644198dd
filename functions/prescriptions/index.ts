import { app } from "./routes.ts";

export default { fetch: app.fetch };
