/** An `input` tag. Attribute values in quotes may hold anything, a `>` too. */
const INPUT = /<input\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi;

const HIDDEN = /\btype\s*=\s*["']?(?:hidden|password)\b/i;

const VALUE = /(\bvalue\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** Replaces the values of hidden and password fields in an HTML document; everything else stays as it is. */
export function redactHiddenFields(html: string, replace: (value: string) => string): string {
  return html.replaceAll(INPUT, (tag) => {
    if (!HIDDEN.test(tag)) return tag;
    return tag.replace(VALUE, (_, before: string, double?: string, single?: string, bare?: string) => {
      const value = double ?? single ?? bare ?? "";
      return value === "" ? `${before}""` : `${before}"${replace(value)}"`;
    });
  });
}
