/** An element of a list that a JSON object holds, by the name and the place of the list; or why there is none. */
export type JsonElement = { list: string; index: number; value: unknown } | {
  list: string;
  index: number;
  message: string;
};

/** Longest element: none of the files that we know has one of more than a hundredth of it. */
const ELEMENT_CHARACTERS = 4 * 1024 * 1024;

/**
 * Reads `{"results": [{…}, …], …}` element by element, so that a file of hundreds of megabytes takes the memory of one
 * element. Everything else in the object (`meta`) is passed over.
 */
export async function* jsonElements(chunks: AsyncIterable<string>): AsyncGenerator<JsonElement> {
  const scanner = new Scanner();
  for await (const chunk of chunks) yield* scanner.read(chunk);
  yield* scanner.end();
}

class Scanner {
  /** How many brackets are open; 2 is within a list of the object. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The last string of the object itself: the name of what comes. */
  #name = "";
  #list: string | null = null;
  #index = 0;
  /** Text since the beginning of an element, or of a name. */
  #kept = "";
  #keeps = false;

  *read(chunk: string): Generator<JsonElement> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) {
          this.#inString = false;
          if (this.#depth === 1 && this.#keeps) {
            this.#name = this.#kept + chunk.slice(from, at);
            this.#kept = "";
            this.#keeps = false;
          }
        }
        continue;
      }
      if (code === QUOTE) {
        this.#inString = true;
        if (this.#depth === 1) {
          this.#keeps = true;
          this.#kept = "";
          from = at + 1;
        } else if (this.#depth === 2) yield* this.#refuse();
      } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        this.#depth += 1;
        if (this.#depth === 2 && code === OPEN_BRACKET) {
          this.#list = this.#name;
          this.#index = 0;
        } else if (this.#depth === 3 && this.#list !== null) {
          this.#keeps = true;
          this.#kept = "";
          from = at;
        }
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        this.#depth -= 1;
        if (this.#depth === 2 && this.#list !== null) {
          yield this.#element(this.#kept + chunk.slice(from, at + 1));
          this.#kept = "";
          this.#keeps = false;
        } else if (this.#depth === 1) this.#list = null;
      } else if (this.#depth === 2 && !SEPARATORS.has(code)) yield* this.#refuse();
    }
    if (this.#keeps) this.#kept += chunk.slice(from);
    if (this.#kept.length > ELEMENT_CHARACTERS) {
      yield this.#fault("This element is longer than 4 million characters.");
      this.#kept = "";
    }
  }

  *end(): Generator<JsonElement> {
    if (this.#depth !== 0 || this.#inString) yield this.#fault("The file ends too early.");
  }

  /** Tells of a list of something else than objects, once. What an object of the file holds beside lists is passed over. */
  *#refuse(): Generator<JsonElement> {
    if (this.#list === null) return;
    yield this.#fault("An element of this list is no object.");
    this.#list = null;
  }

  #element(text: string): JsonElement {
    const list = this.#list ?? "";
    const index = this.#index;
    this.#index += 1;
    try {
      return { list, index, value: JSON.parse(text) };
    } catch {
      return { list, index, message: "This is not JSON." };
    }
  }

  #fault(message: string): JsonElement {
    return { list: this.#list ?? "", index: this.#index, message };
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Space, tab, line ends and the comma. */
const SEPARATORS = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c]);
