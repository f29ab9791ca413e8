// What the figures were measured on: without it they mean nothing.

import { readFileSync, statfsSync } from "node:fs";
import {
  arch,
  availableParallelism,
  cpus,
  loadavg,
  release,
  tmpdir,
  totalmem,
  type,
} from "node:os";

/** The kernel's numbers for file systems, those that one meets. */
const FILE_SYSTEMS = {
  0xef53: "ext4",
  0x58465342: "xfs",
  0x9123683e: "btrfs",
  0x01021994: "tmpfs",
  0x794c7630: "overlayfs",
  0x2fc12fc1: "zfs",
};

/** The machine, in words and numbers. */
export function machine() {
  return {
    cpu: cpuModel(),
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()} ${arch()}`,
    fileSystem: fileSystem(process.env.DAYBOOK_BENCH_DIR ?? tmpdir()),
  };
}

/** How many processes wanted a core in the last minute; on a quiet machine far less than it has. */
export function load() {
  return Number(loadavg()[0].toFixed(2));
}

function cpuModel() {
  const { model = "" } = cpus()[0] ?? {};
  return model.trim() || "unknown";
}

function fileSystem(folder) {
  try {
    const { type: number } = statfsSync(folder);
    return FILE_SYSTEMS[number] ?? `0x${number.toString(16)}`;
  } catch {
    return "unknown";
  }
}

/** The version of daybook itself. */
export function daybookVersion() {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return JSON.parse(text).version;
}
