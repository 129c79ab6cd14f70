// The linter's rule `bentham/arrows`: every form in which a file names a module is judged by the arrows.
//
// The linter's own no-restricted-imports sees neither `import()` nor `import("x").Type` nor require, so one rule of ours
// looks at them all.

import { dirname, relative, sep } from "node:path";
import { judgeImport } from "./judge-import.ts";

/** As much of a syntax tree's node as the rule looks at. */
interface Node {
  readonly type: string;
  readonly parent?: Node | null;
  readonly value?: unknown;
  readonly name?: string;
  readonly id?: Node | null;
  readonly init?: Node | null;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly arguments?: readonly Node[];
  readonly quasis?: readonly { readonly value: { readonly cooked: string | null } }[];
}

interface RuleContext {
  readonly cwd: string;
  readonly filename: string;
  report(problem: { node: Node; message: string }): void;
}

type Visitor = Readonly<Record<string, (node: Node) => void>>;

/** Nodes whose one string is the module's name. */
const naming: ReadonlySet<string> = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
  "TSExternalModuleReference",
  "TSModuleDeclaration",
]);

const repository = dirname(import.meta.dirname);

function create(context: RuleContext): Visitor {
  const file = pathInRepository(context);
  const loaders = new Set(["require"]);

  function check(node: Node, text: unknown): void {
    if (typeof text !== "string" || !namesModule(node, text, loaders)) return;
    const reason = judgeImport(file, text);
    if (reason !== undefined) context.report({ node, message: reason });
  }

  return {
    VariableDeclarator({ id, init }) {
      if (id?.name !== undefined && init && isCreateRequire(init)) loaders.add(id.name);
    },
    Literal: (node) => check(node, node.value),
    TemplateLiteral: (node) => check(node, node.quasis?.length === 1 ? node.quasis[0]?.value.cooked : undefined),
  };
}

/** A file outside the repository, as the rule's own tests have them, is named from where the linter was started. */
function pathInRepository({ filename, cwd }: RuleContext): string {
  const root = filename.startsWith(repository + sep) ? repository : cwd;
  return relative(root, filename).split(sep).join("/");
}

function namesModule(node: Node, text: string, loaders: ReadonlySet<string>): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (naming.has(parent.type)) return true;
  if (parent.type !== "CallExpression" || parent.arguments?.[0] !== node || !parent.callee) return false;
  // Whatever a call does with a package's name, loading is near. A path may be any file's: there the callee tells.
  return !/^(?:[./]|file:)/.test(text) || loads(parent.callee, loaders);
}

/** `require`, `createRequire(...)`, and `resolve` of these or of `import.meta`. */
function loads(callee: Node, loaders: ReadonlySet<string>): boolean {
  if (callee.type === "Identifier") return loaders.has(callee.name ?? "");
  if (callee.type === "MemberExpression") {
    return callee.object?.type === "MetaProperty" || (callee.object ? loads(callee.object, loaders) : false);
  }
  return isCreateRequire(callee);
}

function isCreateRequire({ type, callee }: Node): boolean {
  return type === "CallExpression" && (callee?.name ?? callee?.property?.name) === "createRequire";
}

export default { meta: { name: "bentham" }, rules: { arrows: { create } } };
