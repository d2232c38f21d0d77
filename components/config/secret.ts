import * as pulumi from "@pulumi/pulumi";

/** A value that must never be printed. It prints as `[secret]`; only a component turns it into a Pulumi secret. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value as a Pulumi secret: encrypted in the state, masked in every diff and log. */
  output(): pulumi.Output<string> {
    return pulumi.secret(this.#value);
  }

  /** The bare value, for checks that need to look at it (does a key match its certificate). Never log the result. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }
}
