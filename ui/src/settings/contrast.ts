import type { Violation } from './useProfile';

// tooLight is what the server says of an accent that can't be read on white. It alone
// computes the contrast and the nearest shade that passes; both stand in its sentence.
export function tooLight({ code, message }: Violation) {
  const [, ratio, shade] = (code === 'low_contrast' && /([\d.]+):1, .* (#[0-9a-f]{6}) passes/.exec(message)) || [];
  return ratio && shade ? { ratio, shade } : undefined;
}
