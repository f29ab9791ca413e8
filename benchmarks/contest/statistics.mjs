// Medians and spreads of measurements. Medians, because a busy machine only ever adds
// time, in lumps; ratios of slices that ran side by side, because it adds to both.

/** The middle of some numbers; NaN of none. */
export function median(values) {
  return quantile(values, 0.5);
}

/** The value below which the given part (0 to 1) of some numbers lies, interpolated. */
export function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * part;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** The median of `numerators[i] / denominators[i]`, and the middle half of those ratios. */
export function pairedRatio(numerators, denominators) {
  const ratios = numerators.map((value, i) => value / denominators[i]);
  return { ratio: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** A number with so many significant digits. */
export function rounded(value, digits = 3) {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
