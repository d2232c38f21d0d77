import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderTemplate, TemplateError } from "./render";

let directory = "";
const template = (text: string) => {
  writeFileSync(join(directory, "t.ejs"), text);
  return `${directory.split("/").pop()}/t`;
};
beforeAll(() => {
  directory = mkdtempSync(join("templates", "test-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

test("values are written as they are, without HTML escaping", () => {
  const name = template("<%- it.list.map((x) => x.v).join(',') %> <%= it.list[0].v %>");
  expect(renderTemplate(name, { list: [{ v: `<&"'>` }, { v: 2 }] })).toBe(`<&"'>,2 <&"'>`);
});

test("a name the input does not have is an error that names it and the template", () => {
  expect(() => renderTemplate(template("<%- it.host.adress %>"), { host: { address: "x" } })).toThrow(
    /t\.ejs: .*it\.host\.adress is not defined/s,
  );
  expect(() => renderTemplate(template("<%- address %>"), { address: "x" })).toThrow(TemplateError);
});

test("null is a value", () => {
  expect(renderTemplate(template("<% if (it.x === null) { %>none<% } %>"), { x: null })).toBe("none");
});

test("a template that is not there is named", () => {
  expect(() => renderTemplate("no/such", {})).toThrow(/no\/such\.ejs/);
});
