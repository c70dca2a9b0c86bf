/** What is taken for an answer of AWS, and what is not. */
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { awsFailure } from '../../../src/aws/client/aws-failure.ts';
import { isWholeJson, isWholeXml, wholeAnswers } from '../../../src/aws/client/whole-answers.ts';

const PAGE = '<html><body>Sorry</body></html>';
const XML =
  '<ListRolesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRolesResult/></ListRolesResponse>';

describe('an answer of IAM or STS', () => {
  test.each([
    XML,
    `<?xml version="1.0"?>\n${XML}\n`,
    `<?xml version="1.0"?>\n<!-- made up -->\n${XML}\n<!-- end -->\n`,
    '<AResponse></AResponse>',
    '<AResponse/>',
  ])('%s', (body) => {
    expect(isWholeXml(body)).toBe(true);
  });
  test.each([
    '',
    ' ',
    PAGE,
    '{}',
    XML.slice(0, -1),
    XML.slice(0, 60),
    `${XML}${PAGE}`,
    '<AResponse></BResponse>',
    `<!-- ${XML} -->${PAGE}`,
    `<!-- ${XML}`,
  ])('is not %j', (body) => {
    expect(isWholeXml(body)).toBe(false);
  });
});

describe('an answer of EKS', () => {
  test.each(['{}', '{"associations":[]}'])('%s', (body) => {
    expect(isWholeJson(body)).toBe(true);
  });
  test.each(['', PAGE, '{"associations":[', 'null', '"text"', '3'])('is not %j', (body) => {
    expect(isWholeJson(body)).toBe(false);
  });
});

const answering = (statusCode: number, body: string | Buffer) => ({
  response: { statusCode, body: typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body },
  output: undefined,
});
const through = async (answer: { readonly response: unknown }) =>
  await wholeAnswers(isWholeJson)(async () => await Promise.resolve(answer))('request');

/** A call that is answered with nothing, once for each status. */
const emptily = (commandName: string, ...statuses: readonly number[]) => {
  const left = [...statuses];
  const attempt = wholeAnswers(isWholeXml)(
    async () => await Promise.resolve(answering(left.shift() ?? 200, '')),
    { commandName },
  );
  return async () => await attempt('request');
};

test.each(['Unknown', 'NotFound'])(
  'an error without a code, which the SDK calls %s, is not one of AWS either',
  (name) => {
    const error = Object.assign(new Error('no code'), {
      name,
      $fault: 'client',
      $response: {},
      $metadata: {},
    });
    expect(awsFailure(error, { tried: 'read role r', action: 'iam:GetRole', on: 'r' })).toMatchObject({
      reason: 'timed-out',
    });
  },
);

describe('on the way to the SDK', () => {
  test('a whole answer goes on, with its body still to be read', async () => {
    expect((await through(answering(200, '{"a":1}'))).response).toMatchObject({
      body: Buffer.from('{"a":1}'),
    });
    expect((await through(answering(200, Buffer.from('{}')))).response).toMatchObject({
      body: Buffer.from('{}'),
    });
  });

  test.each([400, 503, 302])("status %d is the SDK's to read", async (status) => {
    const answer = answering(status, PAGE);
    expect(await through(answer)).toBe(answer);
    expect(answer.response.body).toBeInstanceOf(Readable);
  });

  test("what is no answer of HTTP is nobody else's business", async () => {
    const answer = { response: 'x' };
    expect(await through(answer)).toBe(answer);
  });

  describe('nothing at all', () => {
    test('with status 204, or a second time, is the answer to a write that has no output', async () => {
      await expect(emptily('DeleteRoleCommand', 204)()).resolves.toMatchObject({
        response: { statusCode: 204 },
      });
      const again = emptily('PutRolePolicyCommand', 200, 200);
      await expect(again()).rejects.toMatchObject({ name: 'UnreadableAnswer' });
      await expect(again()).resolves.toMatchObject({ response: { statusCode: 200 } });
    });

    test('is no answer to a removal: whoever has carried it out says the second time that the thing is missing', async () => {
      const again = emptily('DeleteRoleCommand', 200, 200, 200);
      for (let count = 0; count < 3; count += 1)
        await expect(again()).rejects.toMatchObject({ name: 'UnreadableAnswer' });
    });

    test('is none to a call that has one', async () => {
      const again = emptily('ListRolesCommand', 200, 204, 200);
      for (let count = 0; count < 3; count += 1)
        await expect(again()).rejects.toMatchObject({ name: 'UnreadableAnswer' });
    });
  });

  test('anything else is an error that is tried again, and said to be of somebody else', async () => {
    const error: unknown = await through(answering(200, PAGE)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UnreadableAnswer', $retryable: {} });
    const failure = awsFailure(error, { tried: 'list things', action: 'eks:List', on: 'x' });
    expect(failure.message).toContain('What answered is not AWS');
  });
});
