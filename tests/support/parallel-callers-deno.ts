import { mixUps } from "./parallel-callers.ts";

console.log(JSON.stringify(await mixUps()));
