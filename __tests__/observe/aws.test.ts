/** The look at AWS that is begun before the cluster can be asked. */
import { describe, expect, test } from '@jest/globals';
import { beginAws, ifRecent } from '../../src/observe/aws.ts';
import { observe } from '../../src/observe/world.ts';
import { spaceOf } from '../support/apply-context.ts';
import { intent, role } from '../support/factories.ts';
import { placeOf } from '../support/world-of.ts';

const refuse = async () => await Promise.reject(new Error('AWS was asked'));
const PODS = intent({ identity: 'pod-identity' });

function begun() {
  const { read, state } = spaceOf({ a: 'pod-identity' }, { role: role() });
  const place = placeOf(PODS, state.cluster);
  return { read, place, look: beginAws(read, PODS, place, {}) };
}

describe('a look at AWS that was begun', () => {
  test('is what the world is made of, and AWS is not asked again', async () => {
    const { read, place, look } = begun();
    const whole = await observe(read, PODS, place);
    const aws = {
      ...read.aws,
      oidcProvider: refuse,
      role: refuse,
      trustPolicyQuota: refuse,
      addOn: refuse,
      associations: refuse,
    };
    expect(await observe({ ...read, aws }, PODS, place, { begun: ifRecent(look, read.clock) })).toEqual(
      whole,
    );
  });

  test('holds roles that were left behind, where they are asked for', async () => {
    const { read, place } = begun();
    const look = beginAws(read, PODS, place, { leftBehind: true });
    const whole = await observe(read, PODS, place, { leftBehind: true });
    const aws = { ...read.aws, otherRoles: refuse };
    const seen = await observe({ ...read, aws }, PODS, place, { leftBehind: true, begun: look.view });
    expect(seen).toEqual(whole);
    expect(whole.leftBehind).toEqual({ roles: [], associations: [] });
    // One that was begun without them looks for them later.
    const { view } = beginAws(read, PODS, place, {});
    expect(await observe(read, PODS, place, { leftBehind: true, begun: view })).toEqual(whole);
  });

  test('is left aside once the tools have taken long', async () => {
    const { read, look } = begun();
    await read.clock.sleep(10_000);
    expect(ifRecent(look, read.clock)).toBe(look.view);
    await read.clock.sleep(1);
    expect(ifRecent(look, read.clock)).toBeUndefined();
    expect(ifRecent(undefined, read.clock)).toBeUndefined();
  });

  test('fails whoever needs it, and nobody else', async () => {
    const { read, place } = begun();
    const look = beginAws({ ...read, aws: { ...read.aws, role: refuse } }, PODS, place, {});
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    await expect(observe(read, PODS, place, { begun: look.view })).rejects.toThrow('AWS was asked');
  });
});
