/** Every operation in AWS goes by the call that is made for it, with what the change holds. */
import { describe, expect, test } from '@jest/globals';
import { applyAgent, applyAssociations, applyInIam } from '../../src/apply/aws-writes.ts';
import type { ApplyContext } from '../../src/apply/context.ts';
import type { ChangeBy, Outcome } from '../../src/model/change.ts';
import { Failure } from '../../src/model/failure.ts';
import type { AwsWriter } from '../../src/model/ports.ts';
import type { Write } from '../../src/model/write.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { contextOf, spaceOf } from '../support/apply-context.ts';
import { OTHER_ROLE_ARN, OURS, ROLE_ARN, START } from '../support/names.ts';

type Call = readonly [name: string, ...args: readonly unknown[]];

/** A writer that does nothing but note its calls; those of some names fail. */
function recording(failures: Readonly<Record<string, unknown>> = {}) {
  const calls: Call[] = [];
  const note =
    <R>(name: string, result: R) =>
    async (...args: readonly unknown[]): Promise<R> => {
      calls.push([name, ...args]);
      if (failures[name] !== undefined) throw failures[name];
      return await Promise.resolve(result);
    };
  const aws: AwsWriter = {
    createOidcProvider: note('createOidcProvider', undefined),
    addAudience: note('addAudience', undefined),
    deleteOidcProvider: note('deleteOidcProvider', undefined),
    createRole: note('createRole', undefined),
    deleteRole: note('deleteRole', undefined),
    tagRole: note('tagRole', undefined),
    putPermissionsBoundary: note('putPermissionsBoundary', undefined),
    putTrustPolicy: note('putTrustPolicy', undefined),
    putInlinePolicy: note('putInlinePolicy', undefined),
    createAddOn: note('createAddOn', undefined),
    createAssociation: note('createAssociation', 'a-1'),
    updateAssociation: note('updateAssociation', undefined),
    deleteAssociation: note('deleteAssociation', undefined),
  };
  const space = spaceOf({});
  const context: ApplyContext = { ...contextOf(space, { waitSeconds: 60 }), write: { ...space.write, aws } };
  return { calls, context, clock: space.state.clock };
}

const changing = <W extends Write>(write: W) =>
  makeChange({ id: 'x', action: 'update', target: 't', reason: '', severity: 'hygiene' }, write);

const onAccepted = (): void => undefined;
const document = { Statement: [] };
const key = { clusterName: 'c', namespace: 'n', serviceAccount: 's' };
const provider = {
  op: 'create-oidc-provider',
  arn: 'arn',
  url: 'url',
  audiences: ['x'],
  tags: OURS,
} as const;
const role = { op: 'create-role', name: 'r', path: '/', tags: OURS, trustPolicy: document } as const;
const inline = {
  op: 'put-inline-policy',
  roleName: 'r',
  policyName: 'p',
  document,
  replaces: null,
} as const;
const trust = { op: 'put-trust-policy', roleName: 'r', document, replaces: document } as const;
const narrowedAccess = { ...inline, op: 'narrow-inline-policy' } as const;
const narrowed = { ...trust, op: 'narrow-trust-policy' } as const;
const roleDeletion = { op: 'delete-role', roleName: 'r', tags: OURS, trustPolicy: document } as const;
const providerDeletion = {
  op: 'delete-oidc-provider',
  ownRoles: [],
  providerArn: 'arn',
  replaces: { audiences: ['x'], tags: OURS },
} as const;
const retagging = { op: 'tag-role', roleName: 'r', tags: OURS, replaces: {} } as const;
const bounding = {
  op: 'put-permissions-boundary',
  roleName: 'r',
  permissionsBoundary: 'b',
  replaces: null,
} as const;
const replaces = { roleArn: ROLE_ARN, tags: OURS };
const creation = { op: 'create-association', ...key, roleArn: ROLE_ARN, tags: OURS } as const;
const update = {
  ...creation,
  op: 'update-association',
  disableSessionTags: false,
  associationId: 'a',
  associationArn: 'arn',
  replaces,
} as const;
const deletion = { op: 'delete-association', ...key, associationId: 'a', replaces } as const;

type InIam = Parameters<typeof applyInIam>[0][number]['write'];

/** By operation, so that the compiler asks for those that are added. */
const IN_IAM: Readonly<Record<InIam['op'], readonly [InIam, Call]>> = {
  'create-oidc-provider': [provider, ['createOidcProvider', provider]],
  'add-audience': [{ op: 'add-audience', providerArn: 'arn', audience: 'x' }, ['addAudience', 'arn', 'x']],
  'delete-oidc-provider': [providerDeletion, ['deleteOidcProvider', providerDeletion]],
  'create-role': [role, ['createRole', role]],
  'delete-role': [roleDeletion, ['deleteRole', roleDeletion]],
  'tag-role': [retagging, ['tagRole', retagging]],
  'put-permissions-boundary': [bounding, ['putPermissionsBoundary', bounding]],
  'put-trust-policy': [trust, ['putTrustPolicy', trust]],
  'narrow-trust-policy': [narrowed, ['putTrustPolicy', narrowed]],
  'put-inline-policy': [inline, ['putInlinePolicy', inline]],
  'narrow-inline-policy': [narrowedAccess, ['putInlinePolicy', narrowedAccess]],
};

const DONE: Outcome = { status: 'done', wrote: true };

describe('in IAM', () => {
  test.each(Object.values(IN_IAM))('%j', async (write, call) => {
    const { calls, context } = recording();
    expect(await applyInIam([changing(write)], context)).toEqual([DONE]);
    expect(calls).toEqual([call]);
    expect(context.progress).toEqual({
      outcomes: new Map([['x', DONE]]),
      begun: new Set(),
      restarted: new Set(),
      unseen: new Set(),
      wroteToAwsAt: START,
    });
  });
});

const account = (name: string, roleArn: string) => ({ namespace: 'n', name, roleArn });

describe('a provider whose users have changed since the plan', () => {
  test.each([
    [[account('external-secrets-controller', ROLE_ARN)], undefined],
    [[account('external-secrets-controller', OTHER_ROLE_ARN)], 'n/external-secrets-controller'],
    [[account('backup', ROLE_ARN)], 'n/backup'],
    [['a', 'b', 'c', 'd'].map((name) => account(name, ROLE_ARN)), 'n/a, n/b, n/c and 1 more'],
  ])('stays for those that have got a role: %j', async (accounts, named) => {
    const { calls, context } = recording();
    context.read.kubernetes.annotatedAccounts = async () => await Promise.resolve(accounts);
    const planned = { ...providerDeletion, ownRoles: [ROLE_ARN] };
    const [outcome] = await applyInIam([changing(planned)], context);
    expect([outcome?.failure?.reason, outcome?.wrote, calls.length]).toEqual(
      named === undefined ? [undefined, true, 1] : ['plan-changed', false, 0],
    );
    if (named !== undefined)
      expect(outcome?.failure?.message).toContain(
        `use it: ${named}, which was not so when the plan was made`,
      );
  });
});

describe('in EKS', () => {
  test('the add-on has as long as every wait', async () => {
    const { calls, context } = recording();
    const addOn = { op: 'create-add-on', clusterName: 'c', addOn: 'agent' } as const;
    expect(await applyAgent([changing(addOn)], context, onAccepted)).toEqual([DONE]);
    expect(calls).toEqual([['createAddOn', addOn, 60_000, onAccepted]]);
    expect(context.progress.identityChangedAt).toBeUndefined();
  });

  test('associations are made, changed and taken away; restarts know when', async () => {
    const { calls, context, clock } = recording();
    await clock.sleep(3_000);
    expect(await applyAssociations([creation, update, deletion].map(changing), context)).toEqual([
      DONE,
      DONE,
      DONE,
    ]);
    expect(calls).toEqual([
      ['createAssociation', creation],
      ['updateAssociation', update],
      ['deleteAssociation', deletion],
    ]);
    expect(context.progress.identityChangedAt).toBe(START + 3_000);
  });

  test('where an association points to does not show in pods; that there is one, or none, does', async () => {
    const { context } = recording();
    const { unseen } = context.progress;
    for (const namespace of ['updated', 'deleted']) unseen.add(namespace);
    await applyAssociations(
      [
        { ...update, namespace: 'updated' },
        { ...deletion, namespace: 'deleted' },
        { ...creation, namespace: 'created' },
      ].map(changing),
      context,
    );
    expect([...unseen]).toEqual(['updated']);
  });

  test('an association that could not be changed gives restarts nothing to wait for', async () => {
    const { context } = recording({ deleteAssociation: new Error('no') });
    const [outcome] = await applyAssociations([changing(deletion)], context);
    expect(outcome?.status).toBe('failed');
    expect(context.progress.identityChangedAt).toBeUndefined();
  });
});

const tagging = (roleName: string): ChangeBy<'tag-role'> => changing({ ...retagging, roleName });

const timedOut = new Failure('timed-out', { tried: 'x', said: 'too slow', next: 'Wait.' });
const throttled = new Failure('throttled', { tried: 'x', said: 'slow down', next: 'Wait.' });

describe('a call that fails', () => {
  test('leaves the others be, and AWS may have been written to', async () => {
    const { context } = recording({ deleteRole: throttled });
    const changes = [changing(roleDeletion), tagging('r')];
    expect(await applyInIam(changes, context)).toEqual([
      { status: 'failed', wrote: false, failure: throttled },
      DONE,
    ]);
    expect(context.progress.wroteToAwsAt).toBe(START);
  });

  test('by its time has written what it waited for', async () => {
    const { context } = recording({ tagRole: timedOut });
    expect(await applyInIam([tagging('r')], context)).toEqual([
      { status: 'failed', wrote: true, failure: timedOut },
    ]);
  });

  test('by a defect says which change it was', async () => {
    const { context } = recording({ tagRole: new TypeError('a bug') });
    const [outcome] = await applyInIam([tagging('r')], context);
    expect(outcome?.failure).toMatchObject({ reason: 'internal', details: { tried: 'x' } });
  });
});

test('no more than eight calls run side by side', async () => {
  const { context } = recording();
  let [now, most] = [0, 0];
  const tagRole = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
  };
  const write = { ...context.write, aws: { ...context.write.aws, tagRole } };
  const changes = Array.from({ length: 30 }, (_, n) => tagging(`r${n}`));
  expect(await applyInIam(changes, { ...context, write })).toEqual(changes.map(() => DONE));
  expect(most).toBe(8);
});
