/** What keeps prefixes with placeholders from keeping control planes apart. */
import { describe, expect, test } from '@jest/globals';
import type { ControlPlane } from '../../src/model/host.ts';
import { planIsolation } from '../../src/resources/isolation.ts';
import { controlPlane, intent, ownedRole } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

interface Asked {
  readonly secrets?: readonly string[];
  readonly parameters?: readonly string[];
}

const at = (group: string, name: string, overrides: Partial<ControlPlane> = {}): ControlPlane => {
  const id = `${group}-${name}`;
  return controlPlane(id, { group, name, ...overrides });
};

function blockersOf({ secrets = [], parameters = [] }: Asked, controlPlanes: readonly ControlPlane[]) {
  const asked = intent({ role: ownedRole({ secretPrefixes: secrets, parameterPrefixes: parameters }) });
  const ids = controlPlanes.map(({ namespace = '' }) => namespace.slice(4, -7));
  const parts = running(Object.fromEntries(ids.map((id) => [id, 'irsa'] as const)), { controlPlanes });
  const { changes, blockers = [] } = planIsolation(desiredOf(asked), worldOf(asked, parts));
  expect(changes).toEqual([]);
  return blockers;
}

describe('what one covers of another is refused, and both are named', () => {
  test.each<[string, Asked, readonly ControlPlane[], string]>([
    ['no delimiter', { secrets: ['{name}'] }, [at('t', 'a'), at('t', 'ab')], 'a of t/a covers ab of t/ab'],
    [
      'a delimiter that names hold',
      { secrets: ['{group}-{name}/'] },
      [at('x', 'y-z'), at('x-y', 'z')],
      'x-y-z/ of x-y/z covers x-y-z/ of x/y-z',
    ],
    [
      'the same name in two groups',
      { secrets: ['{name}/'] },
      [at('a', 'ctp'), at('b', 'ctp')],
      'ctp/ of a/ctp covers ctp/ of b/ctp',
    ],
    ['the same parameter', { parameters: ['/{name}/'] }, [at('a', 'ctp'), at('b', 'ctp')], '/ctp/ of'],
    [
      'one prefix above another',
      { secrets: ['{group}/', 't/{name}/'] },
      [at('t', 'a'), at('t', 'b')],
      't/ of t/a covers t/b/ of t/b',
    ],
    [
      'one that is not selected',
      { secrets: ['{name}'] },
      [at('t', 'ab'), at('t', 'a', { selected: false })],
      'a of t/a covers ab of t/ab',
    ],
    [
      'one that is listed later',
      { secrets: ['{name}'] },
      [at('a', 'ab'), at('b', 'a')],
      'a of b/a covers ab of a/ab',
    ],
    [
      'a group without a delimiter',
      { secrets: ['{group}'] },
      [at('a', 'x'), at('ab', 'y')],
      'a of a/x covers ab of ab/y',
    ],
    [
      'a group with the name of another’s control plane',
      { secrets: ['{group}/', '{name}/'] },
      [at('t', 'a'), at('x', 't')],
      't/ of t/a covers t/ of x/t',
    ],
    [
      'what all may read',
      { secrets: ['{group}/{name}/', 'shared/'] },
      [at('shared', 'a')],
      'shared/, which all may read, covers shared/a/ of shared/a',
    ],
  ])('%s', (_what, asked, controlPlanes, said) => {
    const [blocker, ...more] = blockersOf(asked, controlPlanes);
    expect(more).toEqual([]);
    expect(blocker).toMatchObject({ reason: 'invalid-input', message: expect.stringContaining(said) });
    expect(blocker?.next).toContain('`{group}/{name}/`, not `{group}-{name}`');
    expect(blocker).not.toHaveProperty('host');
  });

  test('three are named, and the rest is counted', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((group) => at(group, 'ctp'));
    const [blocker] = blockersOf({ secrets: ['{name}/'] }, many);
    expect(blocker?.message.split('; ')).toHaveLength(4);
    expect(blocker?.message).toContain('; and 1 more');
    const [exact] = blockersOf({ secrets: ['{name}/'] }, many.slice(0, 4));
    expect(exact?.message.split('; ')).toHaveLength(3);
    expect(exact?.message).not.toContain('more');
  });
});

describe('what keeps control planes apart', () => {
  test.each<[string, Asked, readonly ControlPlane[]]>([
    ['a delimiter', { secrets: ['{name}/'] }, [at('t', 'a'), at('t', 'ab')]],
    ['group and name', { secrets: ['{group}/{name}/'] }, [at('x', 'y-z'), at('x-y', 'z')]],
    [
      'a group that shares, as the input says',
      { secrets: ['{group}/'] },
      [at('t', 'a'), at('t', 'b'), at('u', 'a')],
    ],
    [
      'two services with the same names',
      { secrets: ['{name}/'], parameters: ['{name}/'] },
      [at('t', 'a'), at('t', 'b')],
    ],
    [
      'one of its own below another of its own',
      { secrets: ['{name}/', '{name}/x/'] },
      [at('t', 'a'), at('t', 'b')],
    ],
    [
      'what all may read below one’s own',
      { secrets: ['{group}/', 't/shared/'] },
      [at('t', 'a'), at('u', 'a')],
    ],
    ['no placeholder', { secrets: ['a/', 'a/b/'] }, [at('t', 'a'), at('t', 'b')]],
  ])('%s', (_what, asked, controlPlanes) => {
    expect(blockersOf(asked, controlPlanes)).toEqual([]);
  });
});

describe('what can’t be written out for one control plane keeps that one from being served', () => {
  test('a namespace named outright without labels', () => {
    const unknown = controlPlane('a', { group: '', name: host('a') });
    const [blocker] = blockersOf({ secrets: ['{group}/{name}/'] }, [unknown]);
    expect(blocker).toMatchObject({
      reason: 'invalid-input',
      message: `{group}, {name} in the prefixes can't be filled in for namespace ${host('a')}`,
      host: { namespace: host('a') },
    });
    expect(blockersOf({ secrets: ['{namespace}/'] }, [unknown])).toEqual([]);
  });

  test('one that is not ready yet may still get it', () => {
    const { id: _id, ...later } = controlPlane('a', { namespace: 'own', notReady: 'it has no ID yet' });
    expect(blockersOf({ secrets: ['{id}/'] }, [later])).toEqual([]);
  });

  test.each(['*', '?', '$'])('a value that IAM would take for a pattern: %s', (sign) => {
    const wild = at('t', 'a', { group: `t${sign}` });
    const [blocker] = blockersOf({ secrets: ['{group}/{name}/'] }, [wild]);
    expect(blocker).toMatchObject({
      reason: 'invalid-input',
      message: `the {group} of t${sign}/a is t${sign}, which IAM would take for a pattern`,
      host: { name: `t${sign}/a` },
    });
    expect(blockersOf({ secrets: ['{name}/'] }, [wild])).toEqual([]);
    expect(blockersOf({ secrets: ['{name}/', '{group}/'] }, [wild])).toHaveLength(1);
  });
});
