// One number that rises whenever anything changes that decides what becomes of a log
// call: the tree, a level, a filter, a handler, a formatter, a factory, the name of a
// level. Loggers keep what they have worked out (plan.ts) together with the number of
// that moment; if the two differ, it is worked out again. So a change costs one
// addition, and a call one comparison.

/** The number of the moment; an import sees each change of it. */
export let generation = 0;

/** Makes everything stale that was worked out so far. */
export function changePlans(): void {
  generation += 1;
}
