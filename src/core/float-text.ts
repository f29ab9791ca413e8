// Floating-point numbers as C and Python print them under %f, %e and %g: rounded
// on the exact binary value, half to even. The % operator and the brace style
// both come here. Width, sign flags and grouping are the caller's business.

/** Digits and decimal exponent: the value is 0.d1d2d3... x 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** `%.{precision}f` of a finite number; `alternate` (`#`) keeps a bare point. */
export function fixedText(value: number, precision: number, alternate = false): string {
  const magnitude = Math.abs(value);
  const text = needsExact(magnitude, precision)
    ? exactFixed(magnitude, precision)
    : magnitude.toFixed(precision);
  return sign(value) + (alternate && precision === 0 ? `${text}.` : text);
}

/** `%.{precision}e` of a finite number, with an exponent of two digits or more. */
export function exponentText(value: number, precision: number, alternate = false): string {
  const { digits, point } = significant(Math.abs(value), precision + 1);
  const dot = precision > 0 || alternate ? "." : "";
  return `${sign(value)}${digits[0] ?? "0"}${dot}${digits.slice(1)}${exponent(point - 1)}`;
}

/** `%.{precision}g` of a finite number; `alternate` keeps trailing zeros. */
export function generalText(value: number, precision: number, alternate = false): string {
  const places = precision === 0 ? 1 : precision;
  const { digits, point } = significant(Math.abs(value), places);
  const scale = point - 1;
  const kept = alternate ? digits : digits.replace(/0+$/, "");
  if (scale < -4 || scale >= places) {
    const rest = kept.slice(1);
    const dot = rest !== "" || alternate ? "." : "";
    return `${sign(value)}${kept[0] ?? "0"}${dot}${rest}${exponent(scale)}`;
  }
  return sign(value) + placePoint(kept, point, alternate);
}

/** "nan", "inf" or "-inf". */
export function nonFiniteText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value < 0 ? "-inf" : "inf";
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

function exponent(scale: number): string {
  return `e${scale < 0 ? "-" : "+"}${String(Math.abs(scale)).padStart(2, "0")}`;
}

function placePoint(digits: string, point: number, alternate: boolean): string {
  if (point <= 0) {
    const rest = "0".repeat(-point) + digits;
    return digits === "" ? `0${alternate ? "." : ""}` : `0.${rest}`;
  }
  const whole = digits.slice(0, point).padEnd(point, "0");
  const rest = digits.slice(point);
  return rest === "" ? `${whole}${alternate ? "." : ""}` : `${whole}.${rest}`;
}

// toFixed rounds the exact value, but ties away from zero and only below 1e21
// and 100 places. A double is a tie at `precision` places exactly when
// value * 2^(precision + 1) is odd: odd / 2^j has j decimals, the last one a 5.
function needsExact(magnitude: number, precision: number): boolean {
  if (magnitude >= 1e21 || precision > 100) return true;
  const doubled = magnitude * 2 ** (precision + 1);
  return Number.isInteger(doubled) && doubled % 2 === 1;
}

function exactFixed(magnitude: number, precision: number): string {
  const { numerator, denominator } = fraction(magnitude);
  const scaled = divideHalfEven(numerator * 10n ** BigInt(precision), denominator);
  const digits = scaled.toString().padStart(precision + 1, "0");
  if (precision === 0) return digits;
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/** The value rounded to `count` significant digits. */
function significant(magnitude: number, count: number): Decimal {
  if (magnitude === 0) return { digits: "0".repeat(count), point: 1 };
  const { numerator, denominator } = fraction(magnitude);
  let scale = decimalScale(magnitude, numerator, denominator);
  for (;;) {
    const shift = count - 1 - scale;
    const scaled =
      shift >= 0
        ? divideHalfEven(numerator * 10n ** BigInt(shift), denominator)
        : divideHalfEven(numerator, denominator * 10n ** BigInt(-shift));
    const digits = scaled.toString();
    if (digits.length === count) return { digits, point: scale + 1 };
    // 9.99 rounded up to 10.0: one digit more, so one power more.
    scale++;
  }
}

// The power of ten of the first digit. log10 may be off by one near a power of ten.
function decimalScale(magnitude: number, numerator: bigint, denominator: bigint): number {
  const guess = Math.floor(Math.log10(magnitude)) + 1;
  for (let scale = guess; ; scale--) {
    const reaches =
      scale >= 0
        ? numerator >= denominator * 10n ** BigInt(scale)
        : numerator * 10n ** BigInt(-scale) >= denominator;
    if (reaches) return scale;
  }
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice < denominator) return quotient;
  if (twice > denominator) return quotient + 1n;
  return quotient % 2n === 0n ? quotient : quotient + 1n;
}

/** A finite, non-negative double as an exact fraction. */
function fraction(magnitude: number): { numerator: bigint; denominator: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const stored = bits & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? stored : stored | (1n << 52n);
  const power = Math.max(biased, 1) - 1075;
  return power >= 0
    ? { numerator: mantissa << BigInt(power), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-power) };
}
