import { describe, expect, it } from 'vitest';
import { parseStrength, wholeNumber } from '../../../engine/cli/options.ts';

describe('--strength', () => {
  it.each([
    ['subtle', 4],
    ['standard', 8],
    ['strong', 16],
    ['12/255', 12],
    ['2.5/255', 2.5],
  ] as const)('%s is %d/255', (text, rhoU) => {
    expect(parseStrength(text)).toBe(rhoU);
  });
  it.each(['', '8', 'loud', '0/255', '33/255', '-4/255', '8/256', 'toString'])('%j is refused', (text) => {
    expect(() => parseStrength(text)).toThrow('Use subtle');
  });
});

describe('whole numbers', () => {
  it('in range are taken', () => expect(wholeNumber(1, 10)('10')).toBe(10));
  it.each(['0', '11', '1.5', '-1', 'x', ''])('%j is refused', (text) => {
    expect(() => wholeNumber(1, 10)(text)).toThrow('from 1 to 10');
  });
});
