/** Lists by pages, single objects, dry runs, and where kinds are. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Failure } from '../../../src/model/failure.ts';
import { answered, BUSY, denied, fakeApi, groups, NO_SUCH_PATH, queryOf, said } from './fake-api.ts';

const schema = z.object({ name: z.string() });
const page = (names: readonly unknown[], next = '') =>
  answered(200, { kind: 'PodList', metadata: { continue: next }, items: names });
const PODS = { tried: 'list the pods', path: '/api/v1/pods', schema };

const find = async (reply: Parameters<typeof fakeApi>[0][string]) =>
  await fakeApi({ '/x': reply }).api.find('look', '/x', schema);
const look = async (at: Parameters<typeof fakeApi>[0], group = 'a.io', kind = 'things') =>
  await fakeApi(at).api.pathOf('look', group, kind);

describe('a list', () => {
  test('comes by pages of 250, to the last', async () => {
    const { api, asked } = fakeApi({
      '/api/v1/pods': (_request, nth) => page([{ name: `${nth}` }], nth === 3 ? '' : `after ${nth}`)(),
    });
    const found = await api.list({ ...PODS, fieldSelector: 'spec.x=a', labelSelector: 'b in (c,d)' });
    expect(found).toEqual([{ name: '1' }, { name: '2' }, { name: '3' }]);
    const selectors = { limit: '250', fieldSelector: 'spec.x=a', labelSelector: 'b in (c,d)' };
    expect(asked.map(queryOf)).toEqual([
      selectors,
      { ...selectors, continue: 'after 1' },
      { ...selectors, continue: 'after 2' },
    ]);
    expect(asked.every(({ method, accept }) => method === 'GET' && accept === undefined)).toBe(true);
  });

  test('of metadata alone is asked for as such', async () => {
    const { api, asked } = fakeApi({ '/api/v1/pods': [] });
    await api.list({ ...PODS, metadataOnly: true });
    expect(asked[0]?.accept).toMatch(/as=PartialObjectMetadataList.*,application\/json$/);
  });

  test('passes over what is not asked for, and takes nothing of another shape', async () => {
    const { api } = fakeApi({ '/api/v1/pods': [{ name: 'a', use: 1 }, { use: 2 }] });
    expect(await api.list({ ...PODS, only: z.object({ use: z.literal(1) }) })).toEqual([{ name: 'a' }]);
    await expect(api.list(PODS)).rejects.toMatchObject({ reason: 'timed-out' });
  });

  test.each([
    ['too late for its next page', said(410, 'Expired', 'The provided continue parameter is too old')],
    ['refused by a busy API server', BUSY],
    ['cut off', answered(200, '{"kind":"PodList","items":[')],
  ])('%s is read again from its beginning', async (_, odd) => {
    const { api, clock, asked } = fakeApi({
      '/api/v1/pods': (_request, nth) =>
        nth === 2 ? odd() : page([{ name: `${nth}` }], nth === 1 ? 'more' : '')(),
    });
    expect(await api.list(PODS)).toEqual([{ name: '3' }]);
    expect(clock.slept).toEqual([2_000]);
    expect(queryOf(asked[2])).toEqual({ limit: '250' });
  });

  test('refused for its token is asked for once more: kubectl reads the renewed one', async () => {
    const old = said(401, 'Unauthorized', 'Unauthorized');
    const { api, asked } = fakeApi({ '/api/v1/pods': (_request, nth) => (nth === 1 ? old() : page([])()) });
    expect(await api.list(PODS)).toEqual([]);
    expect(asked).toHaveLength(2);
    const denial = fakeApi({ '/api/v1/pods': old });
    await expect(denial.api.list(PODS)).rejects.toMatchObject({ reason: 'cluster-access-denied' });
    expect(denial.asked).toHaveLength(2);
  });

  test('whose pages have no end is not of an API server', async () => {
    const { api, asked } = fakeApi({ '/api/v1/pods': page([{ name: 'a' }], 'more') });
    await expect(api.list(PODS)).rejects.toMatchObject({
      reason: 'timed-out',
      details: { said: 'the answer is not one of the API server: a page comes again and again' },
    });
    expect(asked).toHaveLength(6);
  });

  test('that is always refused is a failure, and who asked to slow down is told', async () => {
    const { api, busy, clock } = fakeApi({ '/api/v1/pods': BUSY });
    await expect(api.list(PODS)).rejects.toMatchObject({
      reason: 'throttled',
      details: { tried: 'list the pods' },
    });
    expect([busy(), clock.slept]).toEqual([2, [2_000, 5_000]]);
  });

  test('refused for a reason of no known kind may have a failure of its own', async () => {
    const own = new Failure('invalid-input', { tried: 'x', said: 'y', next: 'z' });
    const onOther = (): Failure => own;
    const odd = fakeApi({ '/api/v1/pods': said(400, 'BadRequest', 'unable to parse requirement') });
    await expect(odd.api.list({ ...PODS, onOther })).rejects.toBe(own);
    const known = fakeApi({ '/api/v1/pods': denied('pods') });
    await expect(known.api.list({ ...PODS, onOther })).rejects.toMatchObject({ reason: 'access-denied' });
  });
});

describe('one object', () => {
  test('is there, or is not', async () => {
    expect(await find({ name: 'a' })).toEqual({ name: 'a' });
    expect(await find(said(404, 'NotFound', 'deployments.apps "x" not found'))).toBeUndefined();
  });
  test('of a kind that is not there is no Space', async () => {
    await expect(find(NO_SUCH_PATH)).rejects.toMatchObject({ reason: 'not-a-space' });
  });
  test('that may not be read is a failure', async () => {
    await expect(find(denied('deployments', 'apps'))).rejects.toMatchObject({ reason: 'access-denied' });
  });
});

test('a dry run keeps nothing: the API server is told so', async () => {
  const { api, asked } = fakeApi({ '/x': (request) => answered(201, request.body ?? '')() });
  const tried = await api.tryOut('try', '/x', { name: 'a' }, schema);
  expect(tried).toEqual({ code: 0, stderr: '', value: { name: 'a' } });
  expect(asked).toEqual([{ method: 'POST', path: '/x?dryRun=All', body: { name: 'a' }, tried: 'try' }]);
});

describe('where a kind is', () => {
  const KINDS = groups({
    'a.io/v2': ['others'],
    'a.io/v1': ['things', 'things/status'],
    'b.io/v1': ['things'],
  });

  test('the first version that has it', async () => {
    expect(await look(KINDS)).toBe('/apis/a.io/v1/things');
  });
  test.each([
    ['no such group', 'c.io', 'things'],
    ['no such kind', 'a.io', 'apples'],
  ])('nowhere: %s', async (_, group, kind) => {
    expect(await look(KINDS, group, kind)).toBeUndefined();
  });
  test('a version that goes away is passed over', async () => {
    expect(await look({ ...KINDS, '/apis/a.io/v2': NO_SUCH_PATH })).toBe('/apis/a.io/v1/things');
  });
  test.each(['/apis', '/apis/a.io/v2'])('nothing follows from a %s that is not answered', async (path) => {
    await expect(look({ ...KINDS, [path]: BUSY })).rejects.toMatchObject({ reason: 'throttled' });
  });
  test('is asked once by all who ask at the same time, and not again once it is known', async () => {
    const { api, paths } = fakeApi(KINDS);
    const both = [api.pathOf('x', 'a.io', 'things'), api.pathOf('y', 'a.io', 'others')];
    expect(await Promise.all(both)).toEqual(['/apis/a.io/v1/things', '/apis/a.io/v2/others']);
    await api.pathOf('x', 'a.io', 'things');
    expect(paths()).toEqual(['/apis', '/apis/a.io/v2', '/apis/a.io/v1']);
    await api.pathOf('x', 'a.io', 'new');
    expect(paths()).toHaveLength(6);
  });
});
