import { Lexer } from "yaml";
import { ENOUGH_ISSUES } from "./invalid-file-error.ts";

/** Deepest nesting of a file; ten would do for ours. */
const DEEPEST = 50;

/** Tokens of the lexer that are marks, and no part of the text: the next one is the text of a scalar. */
const SCALAR = "\u001f";
/** A document starts. */
const DOCUMENT = "\u0002";
/** Flow collections end because their indentation does. */
const FLOW_ERROR_END = "\u0018";

/** Something in a YAML text that Bentham's files may not hold, and where it starts, in UTF-16 code units. */
export interface TokenFault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/**
 * Finds what may not even be parsed: aliases, which can blow a small file up, tags and directives, which change what a
 * value is, and nesting deep enough to exhaust a parser. Reads tokens, one after another, so that nothing it refuses can
 * harm it.
 */
export function forbiddenTokens(text: string): TokenFault[] {
  const faults: TokenFault[] = [];
  const depth = new Depth();
  let offset = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (faults.length >= ENOUGH_ISSUES) break;
    if (token === SCALAR) {
      isScalar = true;
      continue;
    }
    if (isScalar) {
      depth.take(SCALAR);
    } else {
      const refusal = refusalOf(token);
      if (refusal) faults.push({ offset, ...refusal });
      if (depth.take(token) > DEEPEST) return [...faults, { offset, message: `nested more than ${DEEPEST} deep` }];
    }
    isScalar = false;
    if (token !== DOCUMENT && token !== FLOW_ERROR_END) offset += token.length;
  }
  return faults;
}

function refusalOf(token: string): Omit<TokenFault, "offset"> | undefined {
  const orQuote = "or put text that starts so in quotes";
  switch (token[0]) {
    case "*":
      return { message: "aliases are not supported", hint: `write the value out, ${orQuote}` };
    case "!":
      return { message: "tags are not supported", hint: `write the value without one, ${orQuote}` };
    case "%":
      return { message: "directives are not supported", hint: "remove this line" };
    default:
      return undefined;
  }
}

/** How deep a text nests: by indentation, by `- - -` within a line, and by brackets. */
class Depth {
  /** The indentations of the blocks that are open. */
  readonly #indents: number[] = [];
  #isLineStart = true;
  #indent = 0;
  #compact = 0;
  #flow = 0;

  /** Takes the next token, and gives the depth there. */
  take(token: string): number {
    if (token === "\n" || token === "\r\n") {
      [this.#isLineStart, this.#indent, this.#compact] = [true, 0, 0];
      return 0;
    }
    if (this.#isLineStart) {
      if (/^ +$/.test(token)) {
        this.#indent = token.length;
        return 0;
      }
      if (token.startsWith("#")) return 0;
      this.#openLine();
    }
    if (token === "[" || token === "{") this.#flow += 1;
    if (token === "]" || token === "}") this.#flow = Math.max(0, this.#flow - 1);
    if (token === FLOW_ERROR_END) this.#flow = 0;
    if (token === "-" || token === "?") this.#compact += 1;
    return this.#indents.length + this.#compact + this.#flow;
  }

  #openLine(): void {
    this.#isLineStart = false;
    if (this.#flow > 0) return; // Indentation means nothing within brackets.
    while ((this.#indents.at(-1) ?? -1) >= this.#indent) this.#indents.pop();
    this.#indents.push(this.#indent);
  }
}
