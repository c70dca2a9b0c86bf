/** Clients and proxies, against servers on loopback. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { TagResourceCommand } from '@aws-sdk/client-eks';
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HttpRequest } from '@smithy/protocol-http';
import { type AwsClients, createClients, createConnection } from '../../../src/aws/client/clients.ts';
import { knowsProxies, ProxyRuleHandler } from '../../../src/aws/client/proxy.ts';
import { createAwsWriter } from '../../../src/aws/writer.ts';
import { failureOf, fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const saved = process.env['AWS_ENDPOINT_URL'];
let servers: Server[] = [];

afterEach(async () => {
  if (saved === undefined) delete process.env['AWS_ENDPOINT_URL'];
  else process.env['AWS_ENDPOINT_URL'] = saved;
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
  servers = [];
});

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Answers like the next in the list, the last one for ever; keeps what was asked. */
async function serve(answers: readonly Answer[]): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request);
    response
      .writeHead(answer?.status ?? 500, { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-1' })
      .end(answer?.body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, asked };
}

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };

function clientsWith(
  env: Readonly<Record<string, string>> = {},
  nodeVersion = process.versions.node,
  log = fakeLog(),
): AwsClients {
  const connection = createConnection({ region: 'eu-central-1', version: '1.2.3', nodeVersion, env }, log);
  return createClients(connection, () => Promise.resolve(keys));
}

const identity = {
  status: 200,
  body: '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/u</Arn><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
};
const iamError = (code: string, message: string, status: number): Answer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

describe('clients', () => {
  test('honour AWS_ENDPOINT_URL and name this action', async () => {
    const { url, asked } = await serve([identity]);
    process.env['AWS_ENDPOINT_URL'] = url;
    const answer = await clientsWith().sts.send(new GetCallerIdentityCommand({}));
    expect(answer.Account).toBe('1');
    expect(asked[0]?.headers['user-agent']).toContain('spaces-workload-identity/1.2.3');
  });

  test('try again after throttling', async () => {
    const { url, asked } = await serve([iamError('Throttling', 'Rate exceeded', 400), identity]);
    process.env['AWS_ENDPOINT_URL'] = url;
    await clientsWith().sts.send(new GetCallerIdentityCommand({}));
    expect(asked).toHaveLength(2);
  });

  test('try again after a page that is no answer of AWS, whatever its status, and after half an answer', async () => {
    const page = { status: 200, body: '<html>Sorry</html>' };
    const half = { status: 200, body: identity.body.slice(0, 40) };
    const { url, asked } = await serve([page, { status: 200, body: '' }, half, identity]);
    process.env['AWS_ENDPOINT_URL'] = url;
    const answer = await clientsWith().sts.send(new GetCallerIdentityCommand({}));
    expect(answer.Account).toBe('1');
    expect(asked).toHaveLength(4);
  });

  test('tell that a service asked for fewer calls, and of nothing else that is tried again', async () => {
    const { url } = await serve([
      iamError('Throttling', 'Rate exceeded', 400),
      iamError('ServiceUnavailable', 'later', 503),
      iamError('Throttling', 'Rate exceeded', 400),
      identity,
    ]);
    process.env['AWS_ENDPOINT_URL'] = url;
    const settings = {
      region: 'eu-central-1',
      version: '1.2.3',
      nodeVersion: process.versions.node,
      env: {},
    };
    const slowed: string[] = [];
    const connection = createConnection(settings, fakeLog());
    const { sts } = createClients(
      connection,
      () => Promise.resolve(keys),
      (name) => slowed.push(name),
    );
    await sts.send(new GetCallerIdentityCommand({}));
    expect(slowed).toEqual(['STS', 'STS']);
  });

  test('do not take a full quota of IAM for throttling', async () => {
    const { url, asked } = await serve([
      iamError('LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048', 409),
    ]);
    process.env['AWS_ENDPOINT_URL'] = url;
    const writer = createAwsWriter(clientsWith(), fakeLog(), fakeClock());
    const failure = await failureOf(
      writer.tagRole({ op: 'tag-role', roleName: 'r', tags: {}, replaces: {} }),
    );
    expect(failure.reason).toBe('quota-exceeded');
    expect(failure.details.said).toBe(
      'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048 (request id r-1)',
    );
    expect(asked).toHaveLength(1);
  });

  test('a refusal is not tried again', async () => {
    const { url, asked } = await serve([iamError('AccessDenied', 'no', 403)]);
    process.env['AWS_ENDPOINT_URL'] = url;
    const { iam } = clientsWith();
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: '{}' })),
    ).rejects.toThrow('no');
    expect(asked).toHaveLength(1);
  });

  test('bound the time of a connection and of an answer', async () => {
    const { url } = await serve([identity]);
    process.env['AWS_ENDPOINT_URL'] = url;
    const settings = { region: 'eu-central-1', version: '1', nodeVersion: process.version, env: {} };
    const connection = createConnection(settings, fakeLog());
    const clients = createClients(connection, async () => await Promise.resolve(keys));
    await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(connection.requestHandler.httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 10_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    });
  });
});

describe('a proxy', () => {
  test('that hangs is given up like AWS itself', async () => {
    const open: { destroy(): unknown }[] = [];
    let over = false;
    // Answers nothing, and lets go of whoever comes late.
    const hanging = createServer(() => undefined)
      .on('connect', () => undefined)
      .on('connection', (socket) => void (over ? socket.destroy() : open.push(socket)));
    servers.push(hanging);
    await new Promise<void>((resolve) => void hanging.listen(0, '127.0.0.1', resolve));
    const address = hanging.address();
    const proxy = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const limits = { connectionTimeout: 10_000, requestTimeout: 50, throwOnRequestTimeout: true };
    const settings = {
      env: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
      nodeVersion: process.versions.node,
      limits,
    };
    const handler = new ProxyRuleHandler(settings, fakeLog());
    for (const protocol of ['http:', 'https:']) {
      const request = new HttpRequest({ protocol, hostname: 'aws.invalid', method: 'GET', path: '/' });
      await expect(handler.handle(request)).rejects.toMatchObject({ name: 'TimeoutError' });
    }
    handler.destroy();
    over = true;
    for (const socket of open) socket.destroy();
  });

  test.each([
    ['24.21.0', true],
    ['24.5.0', true],
    ['v25.0.0', true],
    ['24.4.1', false],
    ['22.21.0', false],
  ])('Node %s knows proxies: %s', async (version, knows) => {
    expect(knowsProxies(version)).toBe(knows);
    const [log, proxy, direct] = [fakeLog(), await serve([identity]), await serve([identity])];
    // No loopback address to the rule; the system takes it for one.
    process.env['AWS_ENDPOINT_URL'] = direct.url.replace('127.0.0.1', '0.0.0.0');
    await clientsWith({ HTTP_PROXY: proxy.url }, version, log).sts.send(new GetCallerIdentityCommand({}));
    expect([proxy.asked.length, direct.asked.length]).toEqual(knows ? [1, 0] : [0, 1]);
    expect(log.lines).toHaveLength(knows ? 0 : 1);
  });

  test('is not missed where none is to be used', async () => {
    const log = fakeLog();
    const { url } = await serve([identity]);
    process.env['AWS_ENDPOINT_URL'] = url;
    const env = { HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: '' };
    await clientsWith(env, '22.0.0', log).sts.send(new GetCallerIdentityCommand({}));
    expect(log.lines).toEqual([]);
  });
});

test('the endpoint of IAM is left to the SDK, which knows its one region', async () => {
  const { iam } = clientsWith();
  let seen: unknown;
  iam.middlewareStack.add(
    () => (args) => {
      seen = args.request;
      return Promise.reject(new Error('stop here'));
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(iam.send(new GetRoleCommand({ RoleName: 'r' }))).rejects.toThrow('stop here');
  expect(seen).toMatchObject({ hostname: 'iam.amazonaws.com' });
});

test.each([200, 204])('a write is done when the answer is an empty one of status %d', async (status) => {
  const { url, asked } = await serve([{ status, body: '' }]);
  process.env['AWS_ENDPOINT_URL'] = url;
  const { iam, eks } = clientsWith();
  const trust = { RoleName: 'r', PolicyDocument: '{}' };
  await expect(iam.send(new UpdateAssumeRolePolicyCommand(trust))).resolves.toBeDefined();
  const resourceArn = 'arn:aws:eks:eu-central-1:111122223333:podidentityassociation/c/a-1';
  await expect(eks.send(new TagResourceCommand({ resourceArn, tags: { a: 'b' } }))).resolves.toBeDefined();
  expect(asked).toHaveLength(status === 204 ? 2 : 4);
});
