/** What the inputs ask for in a place. */
import { expect, test } from '@jest/globals';
import { desiredOf } from '../../src/flow/dependencies.ts';
import { config, intent, ownedRole } from '../support/factories.ts';
import { ROLE_ARN } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';

test.each([
  ['irsa', 'pod-identity'],
  ['pod-identity', 'irsa'],
] as const)('%s is the mechanism, %s the one whose remains go', (identity, other) => {
  const asked = intent({ identity });
  const desired = desiredOf(config({ intent: asked, digestInputs: { identity } }), placeOf(asked));
  expect([desired.mechanism.identity, desired.otherMechanism.identity]).toEqual([identity, other]);
  expect([desired.intent, desired.digestInputs]).toEqual([asked, { identity }]);
});

test('the grants are those of a role that this action shapes; of one made elsewhere none are known', () => {
  const owned = intent({ role: ownedRole({ secretPrefixes: ['prod/'], parameterPrefixes: ['/prod/'] }) });
  const { grants } = desiredOf(config({ intent: owned }), placeOf(owned));
  expect(grants.reads.map(({ service, prefix }) => `${service.name} ${prefix}`)).toEqual([
    'secretsmanager prod/',
    'ssm /prod/',
  ]);
  const referenced = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
  expect(desiredOf(config({ intent: referenced }), placeOf(referenced)).grants).toEqual({
    reads: [],
    own: [],
    keys: [],
    assumes: [],
  });
});
