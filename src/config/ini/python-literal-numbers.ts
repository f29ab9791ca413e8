// Arithmetic of numbers in Python literals: sizes are written 10 * 1024 * 1024, or
// 1 << 20. python-literal.ts calls it. Whole numbers stay exact or are refused;
// nothing here works on texts, but + joins two of them as in Python.

/** The operators by how loosely they bind, the loosest first; `**` and signs bind closest. */
export const BINARY_LEVELS: readonly (readonly string[])[] = [
  ["|"],
  ["^"],
  ["&"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "//", "%"],
];

/** The longest whole number, in hexadecimal digits: enough for any size, and never slow. */
const MOST_DIGITS = 256;

/** @throws RangeError (its message fits behind "line") for what can't be computed. */
export function binary(operator: string, left: unknown, right: unknown): unknown {
  if (operator === "+" && typeof left === "string" && typeof right === "string") {
    return left + right;
  }
  const bothWhole = isWhole(left) && isWhole(right);
  if (bothWhole && operator !== "/") return whole(operator, BigInt(left), BigInt(right));
  return float(operator, asFloat(operator, left), asFloat(operator, right));
}

/** @throws RangeError as binary. */
export function unary(operator: string, value: unknown): unknown {
  if (operator === "~") {
    if (!isWhole(value)) throw unsuited(operator);
    return narrow(-BigInt(value) - 1n);
  }
  if (typeof value === "bigint") return operator === "-" ? -value : value;
  const number = asFloat(operator, value);
  // Python has no whole -0; a float -0.0 can't be told from it and gives 0 as well.
  return operator === "-" && number !== 0 ? -number : number;
}

function whole(operator: string, left: bigint, right: bigint): number | bigint {
  switch (operator) {
    case "+":
      return narrow(left + right);
    case "-":
      return narrow(left - right);
    case "*":
      return narrow(left * right);
    case "|":
      return narrow(left | right);
    case "^":
      return narrow(left ^ right);
    case "&":
      return narrow(left & right);
    case "//":
      return narrow(floorDivide(left, right));
    case "%":
      return narrow(left - right * floorDivide(left, right));
    default:
      return powerOrShift(operator, left, right);
  }
}

function powerOrShift(operator: string, left: bigint, right: bigint): number | bigint {
  if (operator === "**" && right < 0n) return float(operator, Number(left), Number(right));
  if (right < 0n) throw new RangeError("negative shift count");
  if (operator === ">>") return narrow(left >> (right > 8192n ? 8192n : right));
  const digits = operator === "**" ? BigInt(size(left)) * right : right / 4n;
  if (digits > 4 * MOST_DIGITS && left !== 0n) throw tooLarge();
  return narrow(operator === "**" ? left ** right : left << right);
}

function float(operator: string, left: number, right: number): number {
  if (right === 0 && ["/", "//", "%"].includes(operator)) throw new RangeError("division by zero");
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    case "**":
      if (left === 0 && right < 0) throw new RangeError("division by zero");
      return left ** right;
    default:
      throw unsuited(operator);
  }
}

// Python rounds down, BigInt towards zero.
function floorDivide(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new RangeError("division by zero");
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

// Booleans are numbers in Python, but nobody computes with them in a configuration.
function isWhole(value: unknown): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function asFloat(operator: string, value: unknown): number {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  throw unsuited(operator);
}

function narrow(value: bigint): number | bigint {
  if (size(value) > MOST_DIGITS) throw tooLarge();
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function size(value: bigint): number {
  return value.toString(16).length;
}

function tooLarge(): RangeError {
  return new RangeError("the number gets too large");
}

function unsuited(operator: string): RangeError {
  return new RangeError(`${operator} is only accepted between numbers`);
}
