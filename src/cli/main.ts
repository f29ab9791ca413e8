// The `daybook` command: finds the command's name, runs it, turns its answer
// into an exit code. What a command does is in commands/. A mistake in the
// arguments is told in one line on stderr with exit code 2, never as a trace.

import { readFileSync } from "node:fs";
import { ArgumentError } from "./argument-error.ts";
import { rotateCommand } from "./commands/rotate.ts";
import { stormCommand } from "./commands/storm.ts";
import { ROTATE_HELP } from "./rotate-options.ts";
import { STORM_HELP } from "./storm-options.ts";

const HELP = `daybook: log files that any number of processes share across midnight

Usage: daybook <command> [options]

Commands:
  rotate      give a log's past files their dated names, from cron or a timer
  storm       prove it here: many processes, many midnights, kills, and a count of every line

Options:
  --help      this text; \`daybook <command> --help\` for a command's own
  --version   the version of daybook
`;

const COMMANDS: Readonly<Record<string, { run: Command; help: string }>> = {
  rotate: { run: rotateCommand, help: ROTATE_HELP },
  storm: { run: stormCommand, help: STORM_HELP },
};

/** What a command is: arguments in, exit code out. Throws ArgumentError for wrong ones. */
export type Command = (args: readonly string[]) => Promise<number>;

/**
 * Runs the command line and resolves to the exit code: 0, 1 when a command's
 * answer is no, 2 when the arguments are wrong.
 *
 * @param args - without the interpreter and the script.
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      process.stdout.write(HELP);
      return name === undefined ? 2 : 0;
    }
    if (name === "--version" || name === "-v") {
      process.stdout.write(`${version()}\n`);
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) {
      const accepted = [...Object.keys(COMMANDS), "--help", "--version"].join(", ");
      throw new ArgumentError(`unknown command ${JSON.stringify(name)}; accepted: ${accepted}`);
    }
    if (rest.includes("--help") || rest.includes("-h")) {
      process.stdout.write(command.help);
      return 0;
    }
    return await command.run(rest);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    process.stderr.write(`daybook: ${error.message}\n`);
    return 2;
  }
}

/** The package's own version, from the nearest package.json above this file. */
function version(): string {
  for (let folder = new URL("./", import.meta.url); ; folder = new URL("../", folder)) {
    try {
      const text = readFileSync(new URL("package.json", folder), "utf8");
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if (folder.pathname === "/" || (error as NodeJS.ErrnoException).code !== "ENOENT")
        throw error;
    }
  }
}
