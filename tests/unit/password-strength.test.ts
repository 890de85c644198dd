import { expect, test } from "vitest";
import { isGuessable } from "../../functions/auth/passwords/strength.ts";

test.each([
  "aaaaaaaaaaaa",
  "aaaaaaaaaaa1",
  "123456789012",
  "abcdefghijk1",
  "abababababab1",
  "Password1234",
  "P@ssw0rd2026!",
  "passwort-2026",
  "Qwertyuiop12",
  "qwertz123456",
  "Sommer2026!!",
  "Admin-Admin-1",
  "annika1annika1",
  "Welcome-2-2026",
  "krankenhaus12",
  "iloveyou12345",
  "98765432109876",
])("%s is guessed soon", (password) => {
  expect(isGuessable(password)).toBe(true);
});

test.each([
  "marmalade-river-7-lanterns",
  "First-Password-2026",
  "Second-Password-2026",
  "correct horse battery staple 9",
  "x7Kq-9vTz-Lw2p",
  "Blaue Giraffe tanzt 3x",
  "ключ-от-дома-1985",
  "sz7qpo2mrw1d",
])("%s is not", (password) => {
  expect(isGuessable(password)).toBe(false);
});
