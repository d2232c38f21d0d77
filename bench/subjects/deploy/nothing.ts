/** A Pulumi program that makes nothing: what is left is the engine, the language host and the SDK. */
import "@pulumi/pulumi";
