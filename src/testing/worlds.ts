// The worlds of an exploration: a file system together with how many of the outside
// events have happened. Equal worlds are one object with one number, so that a state
// of the exploration is a row of numbers, and so that what follows from a world is
// worked out once for all states it occurs in.

import type { MemoryFs } from "./memory-fs.ts";

/** One state of the file system. Its parts must not be changed. */
export interface World {
  readonly id: number;
  readonly fs: MemoryFs;
  /** How many of the scenario's events have happened. */
  readonly events: number;
  /** A number for what is on its disk, the same for equal disks. */
  readonly disk: number;
  /** What is there once process `owner` has ended, by owner; worked out when asked for. */
  readonly deaths: (Death | undefined)[];
  /** What is there after the next event; null if it can't happen here; undefined: not asked yet. */
  afterEvent: { readonly world: World; readonly freed: boolean } | null | undefined;
}

/** What a process leaves that ends. */
export interface Death {
  readonly world: World;
  /** Whether it had a lock. */
  readonly freed: boolean;
}

/** All worlds met so far. */
export class Worlds {
  readonly all: World[] = [];
  readonly #byKey = new Map<string, World>();
  readonly #disks = new Map<string, number>();

  /** How many different disks there are. */
  get disks(): number {
    return this.#disks.size;
  }

  /** The world with this file system, which must not be changed any more. */
  of(fs: MemoryFs, events: number): World {
    const key = `${events} ${fs.key()}`;
    let world = this.#byKey.get(key);
    if (world === undefined) {
      const disk = this.#diskOf(fs);
      world = { id: this.all.length, fs, events, disk, deaths: [], afterEvent: undefined };
      this.#byKey.set(key, world);
      this.all.push(world);
    }
    return world;
  }

  /** The number of a file system's disk. */
  #diskOf(fs: MemoryFs): number {
    const key = fs.diskKey();
    let disk = this.#disks.get(key);
    if (disk === undefined) {
      disk = this.#disks.size;
      this.#disks.set(key, disk);
    }
    return disk;
  }
}
