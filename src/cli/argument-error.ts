// The one error that the command line shows as a plain sentence. Thrown while
// arguments are read, never later: what fails afterwards is a bug or a sick
// machine, and deserves its trace.

/** Arguments that a command does not take; the message names the value and what is accepted. */
export class ArgumentError extends Error {
  override name = "ArgumentError";
}
