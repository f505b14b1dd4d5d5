// Codes that anybody would try first: one digit six times, a run up or down, the same two or three digits over again.

/** `pin` is six digits. */
export function isSimplePin(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, place) => digit - digits[place]!);
  const even = steps.every((step) => step === steps[0]) && Math.abs(steps[0] ?? 0) <= 1;
  const halves = pin.slice(0, 3) === pin.slice(3);
  const pairs = pin.slice(0, 2).repeat(3) === pin;
  return even || halves || pairs;
}
