/** A resource of Grid Engine (a complex) that a site offers beside those every site has. */
import { z } from "zod";
import { label, title } from "../config/values";

/** Names of choices that leave it to Grid Engine: they are written into no job script. */
export const UNSPECIFIED: readonly string[] = ["any", "default"];

/** A value of a complex, as it stands behind `-l NAME=` in a job script. */
const value = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/, { error: "must be a value: letters, digits, . _ + - (at most 64)" });

const choice = z.strictObject({
  value: value.describe("The complex's value. Under `any` or `default` none is asked for."),
  title: title().describe("What the form shows for it."),
});

/** One entry of `resources`. */
export const resource = z
  .strictObject({
    name: label().describe("The option's name, in the form and for the REST API."),
    title: title().describe("What the form shows for it."),
    description: title().optional().describe("One line about it, shown below the field."),
    complex: label().optional().describe("The complex. Default: the option's name."),
    choices: z
      .array(choice)
      .min(1, "must name at least one value")
      .optional()
      .describe("What can be chosen; the first is the form's default."),
    most: z
      .int()
      .min(1)
      .max(999_999)
      .optional()
      .describe("Instead of `choices`: a number up to this one; 0, the form's default, asks for none."),
  })
  .superRefine((one, context) => {
    if ((one.choices === undefined) === (one.most === undefined))
      context.addIssue({ code: "custom", message: "must have one of choices and most", path: [] });
  });

/** A validated entry. */
export type ResourceConfig = z.output<typeof resource>;
