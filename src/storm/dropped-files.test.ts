import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DroppedFiles } from "./dropped-files.ts";

test("a file that was dropped is read to its end, and its size at that moment is known", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-dropped-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "app.log");
  const watch = new DroppedFiles(path);
  watch.look();
  writeFileSync(`${path}.1`, "kept");
  writeFileSync(path, "before ");
  writeFileSync(join(folder, "app.log.bak"), "foreign");
  watch.look();
  const writer = openSync(path, "a");
  renameSync(path, `${path}.2`);
  watch.look();
  assert.equal(watch.count, 0, "a move is no drop");
  unlinkSync(`${path}.2`);
  unlinkSync(join(folder, "app.log.bak"));
  watch.look();
  writeSync(writer, "after");
  closeSync(writer);
  appendFileSync(`${path}.1`, " on");
  const dropped = watch.collect();
  assert.deepEqual(
    dropped.map(({ size, content }) => [size, content.toString()]),
    [["before ".length, "before after"]],
  );
  assert.ok(watch.complete);
  assert.deepEqual(watch.collect(), []);
});

test("when nothing of the last look is left at the next one, something may have been missed", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "daybook-dropped-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "app.log");
  const watch = new DroppedFiles(path);
  writeFileSync(path, "x");
  watch.look();
  renameSync(path, `${path}.1`);
  writeFileSync(path, "y");
  watch.look();
  assert.ok(watch.complete);
  rmSync(path);
  rmSync(`${path}.1`);
  writeFileSync(path, "z");
  watch.look();
  assert.ok(!watch.complete);
  watch.collect();
});
