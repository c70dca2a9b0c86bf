/** The search over accounts and regions: what is asked for, and what fails keeps no other from being looked at. */
import { expect, test } from '@jest/globals';
import { findClusters } from '../../src/fleet/find.ts';
import { nothingSeen } from '../../src/fleet/verdict.ts';
import { Failure } from '../../src/model/failure.ts';
import type { AccountSignIn, AccountView, FleetReader } from '../../src/model/fleet.ts';
import { failureOf, fakeLog } from '../aws/fakes.ts';
import { accountOfRole } from '../../src/fleet/config.ts';
import { ACCOUNTS, configOf, failure, found, roleIn, type Texts } from './support.ts';

const [first, second] = ACCOUNTS;

/** By `account region`: the clusters there, or the failure of the list. A cluster may be a failure, too, or gone. */
type World = Readonly<Record<string, Failure | Readonly<Record<string, Failure | 'there' | 'gone'>>>>;

interface Searched {
  readonly views: readonly AccountView[];
  readonly asked: readonly string[];
  readonly lines: readonly string[];
}

function readerOf(place: World[string], account: string, region: string, asked: string[]): FleetReader {
  return {
    clusterNames: () => {
      asked.push(`list ${account} ${region}`);
      return place instanceof Failure ? Promise.reject(place) : Promise.resolve(Object.keys(place));
    },
    describedCluster: (name) => {
      asked.push(`describe ${account} ${region} ${name}`);
      const state = place instanceof Failure ? 'gone' : place[name];
      if (state instanceof Error) return Promise.reject(state);
      return Promise.resolve(state === 'there' ? found(name, { account, region }) : undefined);
    },
  };
}

async function search(
  texts: Texts,
  world: World,
  denied: (role: string | undefined, region: string) => Error | undefined = () => undefined,
): Promise<Searched> {
  const asked: string[] = [];
  const log = fakeLog();
  const signIn: AccountSignIn = (role, region) => {
    asked.push(`sign in ${role ?? 'as it is'} ${region}`);
    const error = denied(role, region);
    if (error !== undefined) return Promise.reject(error);
    const account = role === undefined ? first : accountOfRole(role);
    const caller = { account, arn: 'arn', partition: 'aws' };
    const readerIn = (where: string) => readerOf(world[`${account} ${where}`] ?? {}, account, where, asked);
    return Promise.resolve({ caller, readerIn });
  };
  const views = await findClusters(configOf(texts), { signIn, log });
  return { views, asked, lines: log.lines };
}

const namesOf = (views: readonly AccountView[]): readonly string[] =>
  views.flatMap(({ clusters }) =>
    clusters.map(({ name, region, account }) => `${account} ${region} ${name}`),
  );
const refusedIn = (views: readonly AccountView[]): readonly string[] =>
  views.flatMap(({ refusals }) =>
    refusals.map((one) => `${one.account}/${one.region}/${one.cluster} ${one.failure.reason}`),
  );

const both = {
  regions: 'eu-central-1, us-east-1',
  'roles-to-assume': ACCOUNTS.map((one) => roleIn(one)).join(),
};

test('every region of every account is listed, and each cluster looked at; one sign-in an account', async () => {
  const { views, asked } = await search(both, {
    [`${first} eu-central-1`]: { a: 'there', b: 'there' },
    [`${second} us-east-1`]: { a: 'there' },
  });
  expect(namesOf(views)).toEqual([
    `${first} eu-central-1 a`,
    `${first} eu-central-1 b`,
    `${second} us-east-1 a`,
  ]);
  expect(views.map(({ role }) => role)).toEqual(ACCOUNTS.map((one) => roleIn(one)));
  expect(asked.filter((one) => one.startsWith('sign in'))).toHaveLength(2);
  expect(asked.filter((one) => one.startsWith('list'))).toHaveLength(4);
  // Two regions with nothing in them count as seen.
  expect(views.map(({ looks }) => looks)).toEqual([3, 2]);
});

test('without roles the job is who it is', async () => {
  const { views, asked } = await search({}, { [`${first} eu-central-1`]: { a: 'there' } });
  expect(asked[0]).toBe('sign in as it is eu-central-1');
  expect(views.map(({ role }) => role)).toEqual([undefined]);
  expect(namesOf(views)).toEqual([`${first} eu-central-1 a`]);
});

test('what no glob matches is not looked at', async () => {
  const names = { 'space-a': 'there', 'space-old': 'there', Lab: 'there' } as const;
  const { views, asked } = await search(
    { clusters: 'space-*, !*-old' },
    { [`${first} eu-central-1`]: names },
  );
  expect(namesOf(views)).toEqual([`${first} eu-central-1 space-a`]);
  expect(asked.filter((one) => one.startsWith('describe'))).toHaveLength(1);
});

test('a refused account, region or cluster keeps no other from being seen; a cluster that is gone is only logged', async () => {
  const { views, lines } = await search(
    both,
    {
      [`${first} eu-central-1`]: { a: 'there', b: failure('access-denied'), c: 'gone' },
      [`${first} us-east-1`]: failure('throttled'),
    },
    (role) => (role === roleIn(second) ? failure('sign-in-denied') : undefined),
  );
  expect(namesOf(views)).toEqual([`${first} eu-central-1 a`]);
  expect(refusedIn(views)).toEqual([
    `${first}/eu-central-1/b access-denied`,
    `${first}/us-east-1/ throttled`,
    `${second}// sign-in-denied`,
  ]);
  expect(views.map(({ looks }) => looks)).toEqual([2, 0]);
  expect(nothingSeen(views)).toBeUndefined();
  expect(lines).toContain(`${first} eu-central-1 c: gone between the list and the look at it`);
  expect(lines).toContain(`${first} us-east-1: throttled: look: AccessDenied: no\nAllow it.`);
  expect(lines.filter((line) => line.includes('Allow it.'))).toHaveLength(3);
});

test('a region where every look is refused was not seen', async () => {
  const { views } = await search({}, { [`${first} eu-central-1`]: { a: failure(), b: failure() } });
  expect(nothingSeen(views)?.reason).toBe('access-denied');
});

test('the advice names the permission file of the search', async () => {
  const next = 'permissions/iam/<mode>-<identity>.json has it.';
  const denied = new Failure('access-denied', { tried: 'list', said: 'no', next });
  const { views } = await search({}, { [`${first} eu-central-1`]: denied });
  expect(nothingSeen(views)?.message).toContain('permissions/iam/fleet.json has it.');
});

test('a region that is of no use for the sign-in is passed over, and told by itself', async () => {
  const { views, asked } = await search(both, { [`${first} us-east-1`]: { a: 'there' } }, (_role, region) =>
    region === 'eu-central-1' ? failure('timed-out') : undefined,
  );
  expect(namesOf(views)).toEqual([`${first} us-east-1 a`]);
  expect(asked.filter((one) => one.startsWith('sign in'))).toHaveLength(4);
});

test('of a sign-in that fails everywhere the first failure is told; a denied one is not tried elsewhere', async () => {
  const everywhere = await search(both, {}, (_role, region) =>
    failure(region === 'eu-central-1' ? 'invalid-input' : 'timed-out'),
  );
  expect(refusedIn(everywhere.views)).toEqual([`${first}// invalid-input`, `${second}// invalid-input`]);
  const denied = await search({ regions: both.regions }, {}, () => failure('sign-in-denied'));
  expect(denied.asked).toEqual(['sign in as it is eu-central-1']);
  expect(refusedIn(denied.views)).toEqual(['// sign-in-denied']);
  expect(denied.lines).toEqual(['this job: sign-in-denied: look: AccessDenied: no\nAllow it.']);
});

test.each([
  ['a cancelled job', failure('cancelled'), 'cancelled'],
  ['a defect', new TypeError('x is not a function'), 'internal'],
])('%s is the end of all', async (_what, error, reason) => {
  expect((await failureOf(search(both, {}, () => error))).reason).toBe(reason);
});
