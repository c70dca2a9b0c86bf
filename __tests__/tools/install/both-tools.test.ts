/** Helm and kubectl side by side: what is waited for, and what is given up. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { installTools } from '../../../src/tools/install/both-tools.ts';
import { serve, type Site } from './http.ts';
import { type Setup, startSetup } from './setup.ts';

let setup: Setup;
let other: Site | undefined;
beforeEach(async () => {
  setup = await startSetup();
});
afterEach(() => {
  setup.site.close();
  other?.close();
});

const downloads = async (): Promise<readonly string[]> => await readdir(join(setup.directory, 'downloads'));

/** A site that answers for helm as `answer` says, and has kubectl. */
async function helmSite(answer: Parameters<typeof serve>[0]) {
  const { files } = setup;
  other = await serve((path, request, response) => {
    if (path.includes('helm')) answer(path, request, response);
    else response.writeHead(200).end(files.get(path));
  });
  return { helm: { ...setup.auto(), downloadUrl: other.url }, kubectl: setup.auto() };
}

test('kubectl is not kept waiting for helm', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const requests = await helmSite((path, _request, response) => {
    void released.then(() => response.writeHead(200).end(setup.files.get(path)));
  });
  const { kubectl, helm } = await installTools(requests, setup.context());
  expect(kubectl.version).toBe('v1.35.4');
  release();
  expect((await helm).version).toBe('v4.3.1');
});

test('a helm that can not be had after kubectl is told to whoever waits for it', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const requests = await helmSite((_path, _request, response) => {
    void released.then(() => response.writeHead(403).end());
  });
  const { helm } = await installTools(requests, setup.context());
  release();
  await expect(helm).rejects.toMatchObject({ reason: 'tool-unavailable' });
});

test('the end gives up a helm that is still on its way, and leaves nothing of it', async () => {
  const requests = await helmSite((path, _request, response) => {
    response.writeHead(200).write('half');
    if (!path.endsWith('.tar.gz')) response.end();
  });
  const tools = await installTools(requests, setup.context());
  await tools.end();
  await expect(tools.helm).rejects.toMatchObject({ reason: 'cancelled' });
  expect(await downloads()).toEqual([expect.stringMatching(/^kubectl-/)]);
});

test('when one can not be had, the other is given up and nothing of it is left', async () => {
  other = await serve((path, _request, response) => {
    response.writeHead(path.includes('helm') ? 403 : 200).write('v1.35.4\n');
    if (!path.includes('/bin/')) response.end();
  });
  const mirror = { ...setup.auto(), downloadUrl: other.url };
  await expect(installTools({ helm: mirror, kubectl: mirror }, setup.context())).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: { said: 'HTTP status 403 Forbidden' },
  });
  expect(await downloads()).toEqual([]);
});
