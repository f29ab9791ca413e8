import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  disable,
  getLogger,
  getLoggerClass,
  getManager,
  Manager,
  PlaceHolder,
  RootLogger,
  setLoggerClass,
} from "./hierarchy.ts";
import { Logger } from "./logger.ts";

afterEach(() => {
  setLoggerClass(Logger);
  disable("NOTSET");
});

function manager(): Manager {
  return new Manager(new RootLogger());
}

test("the same name is the same logger, and no name is the root", () => {
  assert.equal(getLogger("x.y"), getLogger("x.y"));
  assert.equal(getLogger(), getLogger("root"));
  assert.equal(getLogger(""), getManager().root);
  assert.equal(getLogger(null).name, "root");
  assert.equal(String(getLogger()), "<RootLogger root (WARNING)>");
});

test("ancestors that come later take their place between", () => {
  const tree = manager();
  const leaf = tree.getLogger("a.b.c.d");
  assert.equal(leaf.parent, tree.root);
  assert.equal(tree.loggerDict.get("a.b") instanceof PlaceHolder, true);
  const top = tree.getLogger("a");
  assert.equal(leaf.parent, top);
  const middle = tree.getLogger("a.b.c");
  assert.equal(leaf.parent, middle);
  assert.equal(middle.parent, top);
  assert.equal(top.parent, tree.root);
});

test("a logger whose name begins the root's name is an ancestor of those made after it", () => {
  const tree = manager();
  const before = tree.getLogger("r.x");
  const top = tree.getLogger("r");
  // CPython 3.13: `logging.getLogger("r.x"); logging.getLogger("r")` has the root as parent of both.
  assert.equal(before.parent, tree.root);
  assert.equal(tree.getLogger("r.y").parent, top);
});

test("children are the loggers directly below, without the gaps", () => {
  const tree = manager();
  const top = tree.getLogger("a");
  const child = top.getChild("b");
  tree.getLogger("a.c.d");
  assert.equal(child.name, "a.b");
  assert.deepEqual([...top.getChildren()], [child]);
  assert.deepEqual([...tree.root.getChildren()], [top]);
  assert.equal(tree.root.getChild("a"), top);
});

test("odd names are legal, and 'root' below a manager is an ordinary logger", () => {
  const tree = manager();
  for (const name of ["a..b", ".a", "a.", "é.ö", "root"]) {
    assert.equal(tree.getLogger(name).name, name);
  }
  assert.notEqual(tree.getLogger("root"), tree.root);
  const other = manager();
  other.getLogger("a");
  assert.equal(other.getLogger("a..b").parent, other.root);
  assert.throws(() => tree.getLogger(5 as unknown as string), {
    message: "A logger name must be a string",
  });
});

test("new loggers are of the class that was set, the manager's own first", () => {
  class A extends Logger {}
  class B extends Logger {}
  setLoggerClass(A);
  assert.equal(getLoggerClass(), A);
  const tree = manager();
  assert.equal(tree.getLogger("a") instanceof A, true);
  tree.setLoggerClass(B);
  assert.equal(tree.getLogger("b") instanceof B, true);
  assert.throws(() => setLoggerClass(Map as never), {
    message: "logger not derived from logging.Logger: Map",
  });
});

test("disable switches off a level and below, everywhere", () => {
  const log = getLogger("disabled.here");
  log.setLevel("DEBUG");
  disable("ERROR");
  assert.equal(log.isEnabledFor("ERROR"), false);
  assert.equal(log.isEnabledFor("CRITICAL"), true);
  disable();
  assert.equal(log.isEnabledFor("CRITICAL"), false);
  disable(0);
  assert.equal(log.isEnabledFor("DEBUG"), true);
});
