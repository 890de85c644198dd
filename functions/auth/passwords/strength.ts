/** Words that most guessed passwords are made of, in the form that `plain` below gives them. Rows of the keyboard among them. */
const WORDS = [
  "password",
  "passwort",
  "passw",
  "kennwort",
  "geheim",
  "secret",
  "welcome",
  "willkommen",
  "letmein",
  "admin",
  "login",
  "changeme",
  "default",
  "master",
  "iloveyou",
  "ichliebedich",
  "hallo",
  "hello",
  "monkey",
  "dragon",
  "sunshine",
  "princess",
  "football",
  "fussball",
  "baseball",
  "superman",
  "batman",
  "schatz",
  "hospital",
  "krankenhaus",
  "klinik",
  "clinic",
  "health",
  "doctor",
  "patient",
  "nurse",
  "pharmacy",
  "sommer",
  "summer",
  "winter",
  "spring",
  "autumn",
  "herbst",
  "qwertyuiop",
  "qwertzuiop",
  "qwerty",
  "qwertz",
  "azerty",
  "asdfghjkl",
  "asdfgh",
  "asdf",
  "zxcvbnm",
  "yxcvbnm",
  "qazwsx",
  "test",
  "user",
  "abc",
];
/** The digits and signs that are written for letters. */
const LETTERS: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  "$": "s",
};
/** What must be left of a password when the guessable is taken out. */
const UNGUESSED = 4;
/** So many neighbours are a run. */
const RUN = 4;
/** Fewer different characters than this are a pattern. */
const DIFFERENT = 6;

const plain = (value: string) => value.replace(/[0-9@$]/g, (sign) => LETTERS[sign] ?? sign);

/**
 * True for a password that is long but among the first that a guesser tries: few different characters, something repeated, runs of the alphabet or of
 * digits, years, and the words above with signs between them. Known leaked passwords are for Auth's own check to find, where the project has it on.
 */
export function isGuessable(password: string): boolean {
  const value = password.toLowerCase();
  if (new Set(value).size < DIFFERENT) return true;
  // Something of up to half the length that is all there is, with or without a few characters after it: "abcdef1abcdef1", "anna-anna-anna-1".
  if (/^(.{1,12}?)\1+.{0,3}$/.test(value)) return true;
  const undated = value.replace(/(19|20)\d\d/g, " ");
  return Math.min(remainder(undated), remainder(plain(undated))) < UNGUESSED;
}

/** How many letters and digits are left of a text without words and runs. */
function remainder(text: string): number {
  const wordless = WORDS.reduce((rest, word) => rest.replaceAll(word, " "), text);
  return withoutRuns(wordless).replace(/[^\p{L}\p{N}]/gu, "").length;
}

/** Takes out every run of neighbours in the alphabet or the digits, up, down or the same: "4567", "dcba", "aaaa". Shorter ones are in many words. */
function withoutRuns(text: string): string {
  let kept = "";
  for (let start = 0; start < text.length;) {
    const length = runAt(text, start);
    if (length < RUN) kept += text.slice(start, start + length);
    start += length;
  }
  return kept;
}

function runAt(text: string, start: number): number {
  const step = text.charCodeAt(start + 1) - text.charCodeAt(start);
  if (Number.isNaN(step) || Math.abs(step) > 1) return 1;
  let end = start + 1;
  while (end + 1 < text.length && text.charCodeAt(end + 1) - text.charCodeAt(end) === step) end += 1;
  const length = end - start + 1;
  return length < RUN ? 1 : length;
}
