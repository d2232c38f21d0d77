/** A file left behind by whatever is run that must not be. */
export const MARK = "/tmp/abuse-was-here";
