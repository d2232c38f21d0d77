/** What the sources of the sdk say: interfaces, classes, their doc comments, and the examples. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const SDK = join(import.meta.dirname, "../sdk");

/** An argument or output as it is declared. */
export interface Member {
  name: string;
  optional: boolean;
  /** Its type without Pulumi's wrapping. */
  type: string;
  text: string;
}

export interface Example {
  title: string;
  code: string;
}

/** A class of the sdk and its arguments. */
export interface Documented {
  name: string;
  purpose: string;
  /** The tags of the class's doc comment, such as "reads". */
  tags: Map<string, string>;
  args: Member[];
  outputs: Member[];
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
}

function oneLine(text: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return (ts.getTextOfJSDocComment(text) ?? "").replaceAll(/\s+/g, " ").trim();
}

function docOf(node: ts.Node): { text: string; tags: Map<string, string> } {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const tags = (doc?.tags ?? []).map((tag) => [tag.tagName.text, oneLine(tag.comment)] as const);
  return { text: oneLine(doc?.comment), tags: new Map(tags) };
}

function typeOf(node: ts.TypeNode | undefined): string {
  if (node === undefined) return "";
  if (ts.isArrayTypeNode(node)) return `${typeOf(node.elementType)}[]`;
  if (ts.isUnionTypeNode(node)) return node.types.map(typeOf).join(" | ");
  if (!ts.isTypeReferenceNode(node)) return node.getText();
  const inner = (node.typeArguments ?? []).map(typeOf);
  const name = node.typeName.getText();
  if (name === "pulumi.Input" || name === "pulumi.Output") return inner[0] ?? "";
  return inner.length === 0 ? name : `${name}<${inner.join(", ")}>`;
}

function memberOf(node: ts.PropertySignature | ts.PropertyDeclaration): Member {
  return {
    name: node.name.getText(),
    optional: node.questionToken !== undefined,
    type: typeOf(node.type),
    text: docOf(node).text,
  };
}

function membersOf(source: ts.SourceFile, name: string): Member[] {
  const node = source.statements.filter(ts.isInterfaceDeclaration).find((candidate) => candidate.name.text === name);
  if (node === undefined) throw new Error(`${source.fileName} has no interface ${name}`);
  const inherited = (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => type.getText()));
  const own = node.members.filter(ts.isPropertySignature).map(memberOf);
  return [...inherited.flatMap((parent) => membersOf(source, parent)), ...own];
}

/** An interface of plugins/host/sdk/FILE.ts. */
export function documentedInterface(file: string, name: string): Member[] {
  return membersOf(parse(join(SDK, `${file}.ts`)), name);
}

/** The class of plugins/host/sdk/FILE.ts with its arguments. */
export function documentedClass(file: string): Documented {
  const source = parse(join(SDK, `${file}.ts`));
  const node = source.statements.find(ts.isClassDeclaration);
  const name = node?.name?.text;
  if (node === undefined || name === undefined) throw new Error(`${source.fileName} has no class`);
  const { text, tags } = docOf(node);
  const args = membersOf(source, `${name}Args`);
  const outputs = node.members
    .filter(ts.isPropertyDeclaration)
    .map(memberOf)
    .filter((output) => !args.some((arg) => arg.name === output.name));
  return { name, purpose: text, tags, args, outputs };
}

/** A function's body without its indentation; the text of a template keeps its own. */
function codeOf(source: ts.SourceFile, body: ts.Block): string {
  const texts: [number, number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateLiteral(node)) texts.push([node.getStart(), node.end]);
    ts.forEachChild(node, visit);
  };
  visit(body);
  let at = body.getStart() + 1;
  const lines = source.text.slice(at, body.end - 1).split("\n");
  const moved = lines.map((line) => {
    const inText = texts.some(([start, end]) => start < at && at < end);
    at += line.length + 1;
    return inText ? line : line.replace(/^ {2}(return )?/, "");
  });
  return moved.join("\n").trim();
}

/** The examples in plugins/host/sdk/examples/FILE.ts: the body of each function, under its doc comment. */
export function examplesOf(file: string): Example[] {
  const source = parse(join(SDK, `examples/${file}.ts`));
  return source.statements
    .filter(ts.isFunctionDeclaration)
    .flatMap((node) => (node.body ? [{ title: docOf(node).text, code: codeOf(source, node.body) }] : []));
}
