/** Whatever groups, names and prefixes: a read is allowed if and only if the control plane's own or a common prefix covers it. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { desiredAccess } from '../src/desired/access.ts';
import { sessionPolicyOf } from '../src/desired/session-policy.ts';
import type { Identity } from '../src/model/config.ts';
import type { ControlPlane } from '../src/model/host.ts';
import { planIsolation } from '../src/resources/isolation.ts';
import { association, controlPlane, intent, ownedRole } from './support/factories.ts';
import { ACCOUNT, host, REGION } from './support/names.ts';
import { permits, sessionOf } from './support/trust-evaluation.ts';
import { running } from './support/workloads.ts';
import { desiredOf, worldOf } from './support/world-of.ts';

const label = fc.stringMatching(/^[a-c]([-a-c]{0,3}[a-c])?$/);
const prefix = fc
  .array(
    fc.oneof(
      fc.constantFrom('{group}', '{name}', '{id}', '{namespace}'),
      fc.constantFrom('a', 'x', '-', '/', 'a/', '.'),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''));
const prefixes = fc.uniqueArray(prefix, { minLength: 1, maxLength: 3 });

const controlPlanes = fc.uniqueArray(fc.record({ group: label, name: label, id: label }), {
  minLength: 1,
  maxLength: 5,
  selector: ({ id }) => id,
});

interface Names {
  readonly group: string;
  readonly name: string;
  readonly id: string;
}

/** Written out here once more, apart from the code under test. */
const writtenOut = (text: string, { group, name, id }: Names): string =>
  text
    .split('{group}')
    .join(group)
    .split('{name}')
    .join(name)
    .split('{id}')
    .join(id)
    .split('{namespace}')
    .join(host(id));

const arn = (name: string): string => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;

function made(identity: Identity, secretPrefixes: readonly string[], names: readonly Names[]) {
  const asked = intent({ identity, role: ownedRole({ secretPrefixes }) });
  const parts = running(Object.fromEntries(names.map(({ id }) => [id, identity] as const)), {
    controlPlanes: names.map(({ group, name, id }): ControlPlane => controlPlane(id, { group, name })),
    associations: names.map(({ id }) => association(id)),
  });
  const [desired, world] = [desiredOf(asked), worldOf(asked, parts)];
  return {
    policy: desiredAccess(desired, world).final,
    blockers: planIsolation(desired, world).blockers ?? [],
  };
}

const isByGroup = (text: string): boolean => !/\{(name|id|namespace)\}/.test(text);

const runs = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 300) };

test('by session policies: a read is allowed by role and session policy if and only if it is its own', () => {
  fc.assert(
    fc.property(prefixes, controlPlanes, fc.string({ maxLength: 3 }), (secretPrefixes, names, tail) => {
      const asked = intent({
        identity: 'pod-identity',
        role: ownedRole({ secretPrefixes, isolateBy: 'session-policy' }),
      });
      const parts = running(Object.fromEntries(names.map(({ id }) => [id, 'pod-identity'] as const)), {
        controlPlanes: names.map(({ group, name, id }): ControlPlane => controlPlane(id, { group, name })),
      });
      const [desired, world] = [desiredOf(asked), worldOf(asked, parts)];
      const { final } = desiredAccess(desired, world);
      for (const reader of names) {
        const at = world.placed.find(({ namespace }) => namespace === host(reader.id));
        if (at === undefined) throw new Error('somebody is not placed');
        const policies = [final, sessionPolicyOf(at, desired)];
        const mine = secretPrefixes.map((text) => writtenOut(text, reader));
        for (const owner of names) {
          for (const text of [...secretPrefixes, '~']) {
            const name = writtenOut(text, owner) + tail;
            const isRead = policies.every((policy) =>
              permits(policy, 'secretsmanager:GetSecretValue', arn(name), {}),
            );
            expect([name, isRead]).toEqual([name, mine.some((start) => name.startsWith(start))]);
          }
        }
        // Sessions with tags, or by a token of the cluster, gain nothing by what is there for these.
        const own = secretPrefixes
          .filter((text) => text.includes('{'))
          .map((text) => writtenOut(text, reader) + tail);
        const common = secretPrefixes.filter((text) => !text.includes('{'));
        for (const name of own.filter((one) => !common.some((start) => one.startsWith(start))))
          for (const identity of ['irsa', 'pod-identity'] as const)
            expect(
              permits(
                final,
                'secretsmanager:GetSecretValue',
                arn(name),
                sessionOf(identity, host(reader.id)),
              ),
            ).toBe(false);
      }
    }),
    runs,
  );
});

describe.each([['irsa'], ['pod-identity']] as const satisfies readonly (readonly [Identity])[])(
  '%s',
  (identity) => {
    test('who may read what', () => {
      fc.assert(
        fc.property(prefixes, controlPlanes, fc.string({ maxLength: 3 }), (secretPrefixes, names, tail) => {
          const { policy } = made(identity, secretPrefixes, names);
          for (const reader of names) {
            const mine = secretPrefixes.map((text) => writtenOut(text, reader));
            for (const owner of names) {
              for (const text of secretPrefixes) {
                const name = writtenOut(text, owner) + tail;
                const isMine = mine.some((start) => name.startsWith(start));
                const session = sessionOf(identity, host(reader.id));
                expect([name, permits(policy, 'secretsmanager:GetSecretValue', arn(name), session)]).toEqual([
                  name,
                  isMine,
                ]);
              }
            }
            expect(
              permits(
                policy,
                'secretsmanager:GetSecretValue',
                arn(`~${tail}`),
                sessionOf(identity, host(reader.id)),
              ),
            ).toBe(false);
          }
        }),
        runs,
      );
    });

    test('where nothing is refused, nobody reads what another has for itself', () => {
      fc.assert(
        fc.property(prefixes, controlPlanes, (secretPrefixes, names) => {
          const own = secretPrefixes.filter((text) => text.includes('{'));
          const { policy, blockers } = made(identity, secretPrefixes, names);
          const leaks = names.flatMap((reader) =>
            names
              .filter((owner) => owner !== reader)
              .flatMap((owner) =>
                own
                  // A group shares what is the group's.
                  .filter((text) => !isByGroup(text) || owner.group !== reader.group)
                  .filter((text) =>
                    permits(
                      policy,
                      'secretsmanager:GetSecretValue',
                      arn(`${writtenOut(text, owner)}x`),
                      sessionOf(identity, host(reader.id)),
                    ),
                  ),
              ),
          );
          expect(leaks.length === 0 || blockers.length > 0).toBe(true);
          // Two control planes of one name in one group are none that Kubernetes could hold.
          const isReal = new Set(names.map(({ group, name }) => `${group}/${name}`)).size === names.length;
          if (isReal && blockers.length > 0) expect(own.length).toBeGreaterThan(0);
        }),
        runs,
      );
    });
  },
);
