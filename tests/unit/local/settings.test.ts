import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authOptions, parseConfig } from "../../../supabase/local/config.ts";
import { parseEnvFile } from "../../../supabase/local/env-file.ts";
import { isDiskFull } from "../../../supabase/local/errors.ts";
import { emptyMailbox, listMails, readMail, storeMail } from "../../../supabase/local/gateway/mail-store.ts";
import { planPorts, portTaken } from "../../../supabase/local/ports.ts";
import { createProgress } from "../../../supabase/local/progress.ts";
import { generateSecrets, loadSecrets } from "../../../supabase/local/secrets.ts";

const config = parseConfig(readFileSync("supabase/config.toml", "utf8"));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hub-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("ports", () => {
  it("follow from PORT", () => {
    expect(Object.values(planPorts(undefined))).toEqual([54321, 24322, 24323, 24324, 24325, 24326, 24327]);
    expect(Object.values(planPorts("6000"))).toEqual([6000, 6001, 6002, 6003, 6004, 6005, 6006]);
  });

  it("of the parts lie out of the range that Linux gives to outgoing connections, whatever PORT is", () => {
    for (let port = 1024; port <= 65_529; port += 1) {
      const { gateway, ...parts } = planPorts(String(port));
      expect(gateway).toBe(port);
      const numbers = Object.values(parts);
      if (Math.max(...numbers) >= 32_768 || Math.min(...numbers) <= 1024 || numbers.includes(gateway)) {
        expect.fail(`PORT=${port} has its parts at ${numbers.join()}`);
      }
    }
  });

  it("of two stacks do not meet where one stands beside the other", () => {
    const all = Array.from({ length: 20 }, (_, index) => Object.values(planPorts(String(54_321 + 10 * index)))).flat();
    expect(new Set(all).size).toBe(all.length);
  });

  it.each(["abc", "80", "65530", "1.5", "-1"])(
    "refuse PORT=%s",
    (text) => expect(() => planPorts(text)).toThrow(`PORT=${text}`),
  );

  it("say which one is taken and what to do", () => {
    expect(portTaken("postgres", planPorts("6000")).message).toMatch(
      /^Port 6001, meant for Postgres, is taken: .*PORT=7000 npm start/,
    );
  });
});

describe("config.toml", () => {
  it("is what the local Auth runs by", () => {
    expect(authOptions(config, "http://127.0.0.1:6000", "s")).toMatchObject({
      site_url: "http://127.0.0.1:6000",
      minimum_password_length: 12,
      jwt_expiry: 3600,
      enable_signup: true,
      email: { enable_confirmations: true, otp_length: 10 },
    });
  });

  it("is refused when a value is of another type", () => {
    expect(() => parseConfig("project_id = 1")).toThrow();
  });
});

describe("secrets", () => {
  it("are made once, for their owner's eyes only", () => {
    const path = join(folder, "data", "secrets.json");
    const first = loadSecrets(path);
    expect(loadSecrets(path)).toEqual(first);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("have the platform's form and are never the same", () => {
    const made = generateSecrets();
    expect(made.publishableKey).toMatch(/^sb_publishable_\w{32}$/);
    expect(made.secretKey).toMatch(/^sb_secret_\w{32}$/);
    expect(new Set([made.secretKey, made.cronKey, generateSecrets().secretKey]).size).toBe(3);
    expect(made.jwtSecret.length).toBeGreaterThanOrEqual(32);
  });
});

describe("mailbox", () => {
  const mail = { to: "Ann@demo.health", subject: "One", text: "1", html: "<p>1</p>" };

  it("lists the newest first, and finds them by address whatever its case", () => {
    storeMail(folder, mail, new Date(1000));
    const second = storeMail(folder, { ...mail, to: "bob@demo.health", subject: "Two" }, new Date(2000));
    expect(listMails(folder).map(({ subject }) => subject)).toEqual(["Two", "One"]);
    expect(listMails(folder, "ann@DEMO.health")).toHaveLength(1);
    expect(readMail(folder, second.id)).toEqual(second);
  });

  it("is empty at first and after it was emptied", () => {
    expect(listMails(join(folder, "none"))).toEqual([]);
    storeMail(folder, mail);
    emptyMailbox(folder);
    expect(listMails(folder)).toEqual([]);
  });

  it("reads no file but a mail", () => {
    expect(readMail(folder, "../secrets")).toBeNull();
  });
});

describe("the rest", () => {
  it("reads .env files", () => {
    expect(parseEnvFile('# c\nPORT=6000\n export LOG_LEVEL = "debug" \nEMPTY=\nnot a line\n')).toEqual({
      PORT: "6000",
      LOG_LEVEL: "debug",
      EMPTY: "",
    });
  });

  it("knows a full disk by its words", () => {
    expect(["could not write: No space left on device", "ENOSPC: write", "(os error 28)"].every(isDiskFull)).toBe(true);
    expect(isDiskFull("permission denied")).toBe(false);
  });

  it("prints each step with its time", async () => {
    const lines: string[] = [];
    let now = 0;
    const progress = createProgress((line) => lines.push(line), () => now);
    await progress.step("Postgres", () => {
      now = 1240;
      return Promise.resolve();
    });
    expect(lines).toEqual([`  ${"Postgres".padEnd(44)} 1.2 s`]);
    expect(progress.elapsed()).toBe("1.2 s");
  });
});
