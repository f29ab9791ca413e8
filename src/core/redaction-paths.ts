// The paths of redaction: `user.password`, `users[*].card`, `*.secret`, `a.**.token`,
// `headers["x-api-key"]`. They are read once and laid together into a tree, which the
// walk through an application's objects goes down step by step: plain objects and
// maps, no generated code. A path that can't be read is an error that says where.

import { ValueError } from "./errors.ts";
import { typeRefusal } from "./refusal.ts";
import { repr } from "./value.ts";

const ACCEPTED =
  'names with dots between, such as user.password, and users[0], users[*].card, *.secret, a.**.token, headers["x-api-key"]';

/** A place in the tree of paths. */
export interface PathNode {
  readonly children: Map<string, PathNode>;
  /** What follows a `*`: any one name. */
  star: PathNode | null;
  /** What follows a `**`: any number of names, also none. */
  deep: PathNode | null;
  /** Whether it follows a `**`, so that it is never left behind. */
  readonly loops: boolean;
  /** Whether a path ends here. */
  ends: boolean;
}

/** Where a walk is: all the places of the tree that fit the names so far. */
export type PathState = readonly PathNode[];

/** Where no path leads. */
export const NOWHERE: PathState = Object.freeze([]);

/** The tree of these paths, and the state of a walk at its root. @throws ValueError, TypeError */
export function pathTree(paths: readonly string[]): PathState {
  const root = newNode(false);
  for (const path of paths) {
    if (typeof path !== "string") {
      throw typeRefusal("a redact path", path, ACCEPTED);
    }
    addPath(root, path);
  }
  return withDeep([], root);
}

/** The state behind one more name. */
export function step(state: PathState, name: string): PathState {
  if (state.length === 0) return NOWHERE;
  let next: PathNode[] | null = null;
  for (const node of state) {
    const child = node.children.get(name);
    if (child !== undefined) next = withDeep(next ?? [], child);
    if (node.star !== null) next = withDeep(next ?? [], node.star);
    if (node.loops) next = withDeep(next ?? [], node);
  }
  return next ?? NOWHERE;
}

/** Whether a path ends in this state. */
export function isEnd(state: PathState): boolean {
  for (const node of state) if (node.ends) return true;
  return false;
}

/** Whether any path goes on in this state whatever the next name is. */
export function takesAnyName(state: PathState): boolean {
  return state.some((node) => node.star !== null || node.loops);
}

function newNode(loops: boolean): PathNode {
  return { children: new Map(), star: null, deep: null, loops, ends: false };
}

function withDeep(state: PathNode[], from: PathNode): PathNode[] {
  for (let node: PathNode | null = from; node !== null; node = node.deep) {
    if (!state.includes(node)) state.push(node);
  }
  return state;
}

function addPath(root: PathNode, path: string): void {
  let node = root;
  for (const part of partsOf(path)) {
    if (part === ANY) node = node.star ??= newNode(false);
    else if (part === DEEP) node = node.deep ??= newNode(true);
    else {
      let child = node.children.get(part);
      if (child === undefined) node.children.set(part, (child = newNode(false)));
      node = child;
    }
  }
  node.ends = true;
}

const ANY: unique symbol = Symbol("*");
const DEEP: unique symbol = Symbol("**");
type Part = string | typeof ANY | typeof DEEP;

const BARE = /[^.[\]"'`\s]+/y;
const INDEX = /\[(\d+|\*)\]/y;
const QUOTED = /\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)\]/sy;

function partsOf(path: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < path.length || at === 0) {
    if (path[at] === "[") {
      at = bracket(path, at, parts);
    } else {
      if (at > 0) {
        if (path[at] !== ".") throw badPath(path, at, "a dot or a bracket was expected");
        at += 1;
      }
      at = bare(path, at, parts);
    }
  }
  if (parts.at(-1) === DEEP) throw badPath(path, path.length, "a name must follow **");
  return parts;
}

function bare(path: string, at: number, parts: Part[]): number {
  BARE.lastIndex = at;
  const name = BARE.exec(path)?.[0];
  if (name === undefined) throw badPath(path, at, "a name was expected");
  if (name === "**") {
    if (parts.at(-1) === DEEP) throw badPath(path, at, "a name must follow **");
    parts.push(DEEP);
  } else if (name === "*") parts.push(ANY);
  else if (name.includes("*")) {
    throw badPath(path, at + name.indexOf("*"), "a * stands alone; option `keys` takes patterns");
  } else parts.push(name);
  return at + name.length;
}

function bracket(path: string, at: number, parts: Part[]): number {
  INDEX.lastIndex = at;
  const index = INDEX.exec(path);
  if (index !== null) {
    parts.push(index[1] === "*" ? ANY : (index[1] ?? ""));
    return INDEX.lastIndex;
  }
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(path);
  if (quoted === null) throw badPath(path, at, "a number, * or a quoted name must be in brackets");
  const name = quoted[1] ?? quoted[2] ?? quoted[3] ?? "";
  parts.push(name.replace(/\\(.)/gs, "$1"));
  return QUOTED.lastIndex;
}

function badPath(path: string, at: number, why: string): ValueError {
  const place = at >= path.length ? "at its end" : `at ${repr(path.slice(at, at + 20))}`;
  return new ValueError(
    `a redact path can't be ${repr(path)}: ${why} ${place}; accepted: ${ACCEPTED}`,
    { value: path, accepted: ACCEPTED },
  );
}
