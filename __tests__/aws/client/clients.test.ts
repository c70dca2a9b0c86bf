/** Clients and proxies, against servers on loopback. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type AwsClients, createClients, createConnection } from '../../../src/aws/client/clients.ts';
import { createAgents, knowsProxies, type ProxyEnv } from '../../../src/aws/client/proxy.ts';
import { createAwsWriter } from '../../../src/aws/writer.ts';
import { failureOf, fakeClock, fakeLog } from '../fakes.ts';

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
  server.on('connect', (request: IncomingMessage, socket) => {
    asked.push(request);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, asked };
}

function clientsWith(proxy: ProxyEnv = {}): AwsClients {
  const connection = createConnection(
    { region: 'eu-central-1', version: '1.2.3', nodeVersion: process.versions.node, proxy },
    fakeLog(),
  );
  return createClients(connection, () =>
    Promise.resolve({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }),
  );
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

  test('bound the time of a connection and of an answer', () => {
    const { requestHandler } = createConnection(
      { region: 'x', version: '1', nodeVersion: process.versions.node, proxy: {} },
      fakeLog(),
    );
    expect(requestHandler).toMatchObject({
      connectionTimeout: 10_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    });
  });
});

describe('a proxy', () => {
  test('carries calls over HTTP and HTTPS, except to the hosts of NO_PROXY', async () => {
    const proxy = await serve([identity]);
    const direct = await serve([identity]);
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    process.env['AWS_ENDPOINT_URL'] = direct.url;
    await clientsWith(env).sts.send(new GetCallerIdentityCommand({}));
    expect([direct.asked.length, proxy.asked.length]).toEqual([1, 0]);

    process.env['AWS_ENDPOINT_URL'] = 'http://aws.invalid';
    await clientsWith(env).sts.send(new GetCallerIdentityCommand({}));
    expect(proxy.asked[0]?.url).toBe('http://aws.invalid/');

    process.env['AWS_ENDPOINT_URL'] = 'https://aws.invalid';
    const { eks } = clientsWith(env);
    await expect(eks.send(new DescribeClusterCommand({ name: 'c' }))).rejects.toThrow(
      'Failed to establish tunnel',
    );
    expect(proxy.asked[1]).toMatchObject({ method: 'CONNECT', url: 'aws.invalid:443' });
  });

  test.each(['proxy:3128', '10.0.0.1:3128', 'socks5://proxy:1080', 'http://u:hunter2@x y'])(
    'that can not be used is bad input, its text left out: %s',
    (url) => {
      expect(() => createAgents({ https_proxy: url }, '24.21.0', fakeLog())).toThrow(
        expect.objectContaining({ reason: 'invalid-input', message: expect.not.stringContaining(url) }),
      );
    },
  );

  test.each([
    ['24.21.0', true],
    ['24.5.0', true],
    ['v25.0.0', true],
    ['24.4.1', false],
    ['22.21.0', false],
  ])('Node %s knows proxies: %s', (version, knows) => {
    expect(knowsProxies(version)).toBe(knows);
    const log = fakeLog();
    createAgents({ HTTPS_PROXY: 'http://proxy:3128' }, version, log);
    expect(log.lines).toHaveLength(knows ? 0 : 1);
  });

  test('is not missed when none is set', () => {
    const log = fakeLog();
    createAgents({ HTTPS_PROXY: '', NO_PROXY: 'x' }, '22.0.0', log);
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
