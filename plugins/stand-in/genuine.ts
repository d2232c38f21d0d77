/** What an npm package's own types and code say of a resource of its plugin. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { checkout } from "../../box/paths";
import type { Fields, Type } from "./type";

/** One resource. */
export interface Genuine {
  token: string;
  inputs: Fields;
  /** What it tells besides its inputs. */
  outputs: string[];
  /** `additionalSecretOutputs`. */
  secrets: string[];
  /** Inputs that its class wraps as secrets. */
  secretInputs: string[];
  /** `replaceOnChanges`, as paths. */
  replaceOnChanges: string[];
}

function unwrap(node: ts.TypeNode): ts.TypeNode {
  const isInput = ts.isTypeReferenceNode(node) && /^pulumi\.Input$/.test(node.typeName.getText());
  return isInput && node.typeArguments?.[0] ? unwrap(node.typeArguments[0]) : node;
}

/** The types of one npm package. */
export class GenuinePackage {
  readonly version: string;
  private readonly directory: string;
  private readonly program: ts.Program;
  private readonly checker: ts.TypeChecker;

  /** @param name "@pulumi/command" */
  constructor(name: string) {
    this.directory = join(checkout, "node_modules", name);
    this.version = JSON.parse(readFileSync(join(this.directory, "package.json"), "utf8")).version;
    const index = join(this.directory, "index.d.ts");
    this.program = ts.createProgram([index], { strict: true, skipLibCheck: true, types: [] });
    this.checker = this.program.getTypeChecker();
  }

  /** @param path of its module in the package, without extension: "remote/command" */
  resource(path: string, name: string): Genuine {
    const code = this.parse(`${path}.js`);
    const members = this.find<ts.ClassDeclaration>(`${path}.d.ts`, ts.isClassDeclaration, name).members;
    const inputs = this.interface(path, `${name}Args`);
    const properties = members
      .filter(ts.isPropertyDeclaration)
      .filter(({ modifiers }) => !modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword))
      .map((member) => member.name.getText());
    return {
      token: /__pulumiType = '([^']+)'/.exec(code.text)?.[1] ?? "",
      inputs,
      outputs: properties.filter((property) => !(property in inputs)).sort(),
      secrets: this.strings(code, "additionalSecretOutputs"),
      secretInputs: [...code.text.matchAll(/resourceInputs\["(\w+)"\] = args\?\.\w+ \? pulumi\.secret\(/g)].map(
        (match) => match[1] ?? "",
      ),
      replaceOnChanges: this.strings(code, "replaceOnChanges"),
    };
  }

  /** The fields of an interface. */
  interface(path: string, name: string): Fields {
    return this.fields(this.find<ts.InterfaceDeclaration>(`${path}.d.ts`, ts.isInterfaceDeclaration, name));
  }

  private find<T extends ts.ClassDeclaration | ts.InterfaceDeclaration>(
    file: string,
    is: (node: ts.Node) => boolean,
    name: string,
  ): T {
    const source = this.program.getSourceFile(join(this.directory, file));
    const found = source?.statements.find((node) => is(node) && (node as T).name?.text === name);
    if (found === undefined) throw new Error(`${file} declares no ${name}`);
    return found as ts.Node as T;
  }

  private fields(declaration: ts.InterfaceDeclaration): Fields {
    const members = declaration.members.filter(ts.isPropertySignature);
    return Object.fromEntries(
      members.map((member) => {
        if (member.type === undefined) throw new Error(`${member.name.getText()} has no type`);
        return [member.name.getText(), { required: !member.questionToken, type: this.type(member.type) }];
      }),
    );
  }

  private type(given: ts.TypeNode): Type {
    const node = unwrap(given);
    if (ts.isArrayTypeNode(node)) return { list: this.type(node.elementType) };
    if (ts.isTypeLiteralNode(node)) {
      const index = node.members.find(ts.isIndexSignatureDeclaration);
      if (index) return { table: this.type(index.type) };
    }
    const type = this.checker.getTypeFromTypeNode(node);
    if (type.isUnion() && type.types.every((one) => one.isStringLiteral()))
      return { oneOf: type.types.map((one) => (one as ts.StringLiteralType).value).sort() };
    const declaration = type.symbol?.declarations?.find(ts.isInterfaceDeclaration);
    if (declaration) return { object: this.fields(declaration) };
    const name = this.checker.typeToString(type);
    if (name === "string" || name === "number" || name === "boolean" || name === "any") return name;
    throw new Error(`a type that the conformance test does not know: ${node.getText()}`);
  }

  private parse(file: string): ts.SourceFile {
    const text = readFileSync(join(this.directory, file), "utf8");
    return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  }

  /** The strings of a list that is given to an option of that name. */
  private strings(code: ts.SourceFile, option: string): string[] {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const isOption = ts.isPropertyAssignment(node) && node.name.getText() === option;
      if (isOption && ts.isArrayLiteralExpression(node.initializer))
        found.push(...node.initializer.elements.filter(ts.isStringLiteral).map(({ text }) => text));
      ts.forEachChild(node, visit);
    };
    visit(code);
    return found.sort();
  }
}
