import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { clusterFolder } from "./reach.ts";

/** Folder of the local stack's own code. */
export const localFolder = dirname(fileURLToPath(import.meta.url));

/** The clone: what holds package.json, functions/, shared/ and supabase/. */
export const projectRoot = join(localFolder, "..", "..");

export const nodeModules = join(projectRoot, "node_modules");

/** Where the data of a stack lives unless DATA_DIR says otherwise. */
export const defaultDataDir = join(projectRoot, "supabase", ".temp", "data");

/** The files of one data directory. */
export interface DataPaths {
  root: string;
  cluster: string;
  logs: string;
  mail: string;
  /** Keys, passwords and the JWT secret, made once. */
  secrets: string;
  /** What a running stack tells others; gone when it is stopped. */
  stack: string;
  /** Written last by the initialisation: without it the data directory is half made. */
  marker: string;
}

export function dataPaths(root: string): DataPaths {
  return {
    root,
    cluster: clusterFolder(root),
    logs: join(root, "logs"),
    mail: join(root, "mail"),
    secrets: join(root, "secrets.json"),
    stack: join(root, "stack.json"),
    marker: join(root, "initialised.json"),
  };
}
