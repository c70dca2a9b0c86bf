/** Lists in pages: read to their end, or named as having none. */
import { describe, expect, test } from '@jest/globals';
import { allItems } from '../../../src/aws/client/all-items.ts';
import { awsError, failureOf } from '../fakes.ts';

interface Page {
  readonly items?: readonly string[];
  readonly nextToken?: string;
  readonly Marker?: string;
  readonly IsTruncated?: boolean;
}

const CALL = { tried: 'list the roles of the account', action: 'iam:ListRoles', on: 'the account' };

async function* inTurn(pages: readonly Page[]): AsyncGenerator<Page> {
  for (const page of pages) yield await Promise.resolve(page);
}
const listed = async (...pages: readonly Page[]) =>
  await allItems(CALL, inTurn(pages), ({ items }) => items, { NoSuchEntity: () => [] });

async function* none(): AsyncGenerator<Page> {
  yield await Promise.reject(awsError('NoSuchEntityException'));
}

describe('a list in pages', () => {
  test.each<[string, readonly Page[], readonly string[]]>([
    [
      'of IAM, over all pages',
      [
        { items: ['a'], IsTruncated: true, Marker: '1' },
        { items: ['b'], IsTruncated: false },
      ],
      ['a', 'b'],
    ],
    ['of EKS, over all pages', [{ items: ['a'], nextToken: '1' }, { items: ['b'] }], ['a', 'b']],
    [
      'with an empty page in the middle',
      [
        { items: ['a'], nextToken: '1' },
        { items: [], nextToken: '2' },
        { items: ['b'], nextToken: '' },
      ],
      ['a', 'b'],
    ],
    ['with a page that lacks the list', [{ IsTruncated: true, Marker: '1' }, { items: ['b'] }], ['b']],
  ])('%s', async (_name, pages, items) => {
    expect(await listed(...pages)).toEqual(items);
  });

  test.each<[string, readonly Page[], string]>([
    [
      'is cut off',
      [{ items: ['a'], IsTruncated: true }],
      'the list says that it goes on, and not from where',
    ],
    [
      'goes round',
      [
        { items: ['a'], nextToken: '1' },
        { items: ['b'], nextToken: '2' },
        { items: ['a'], nextToken: '1' },
      ],
      'the list goes on from where it has been before',
    ],
  ])('one that %s is named', async (_name, pages, said) => {
    const failure = await failureOf(listed(...pages));
    expect(failure.reason).toBe('timed-out');
    expect(failure.details).toMatchObject({ tried: CALL.tried, said });
  });

  test('an error that is an answer', async () => {
    expect(await allItems(CALL, none(), ({ items }) => items, { NoSuchEntity: () => ['-'] })).toEqual(['-']);
  });
});
