/** Free ports. */
import { expect, test } from '@jest/globals';
import { freePorts } from '../../kubernetes/ports.ts';

test('gives as many different ports as asked for', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  expect(ports.every((port) => port > 1023 && port < 65_536)).toBe(true);
});
