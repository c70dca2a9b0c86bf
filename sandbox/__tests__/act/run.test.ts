/** What act is started with, and what is made of what it writes. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runAct } from '../../act/run.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'act-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('a workflow is run on this machine, with nothing of our own environment', async () => {
  const act = join(directory, 'act');
  await writeFile(
    act,
    `#!/bin/sh
printf '%s\\n' "$@" > args
env > env
echo '{"level":"info","msg":"one","jobID":"apply","jobResult":"failure"}'
echo 'Error: Job failed' >&2
exit 1
`,
  );
  await chmod(act, 0o755);
  const seen: string[] = [];
  const run = await runAct({
    act,
    directory,
    workflow: 'w.yml',
    event: 'push',
    eventPath: 'event.json',
    cache: 'cache',
    env: { A: 'x=y' },
    secrets: { S: '1' },
    variables: { V: '2' },
    repositories: new Map([['owner/name@ref', '/somewhere']]),
    path: '/usr/bin:/bin',
    home: directory,
    onEntry: ({ msg }) => seen.push(msg),
  });
  expect(run).toMatchObject({ exitCode: 1, jobs: { apply: 'failure' }, steps: [] });
  expect(seen.toSorted((a, b) => a.localeCompare(b))).toEqual(['Error: Job failed', 'one']);
  const args = (await readFile(join(directory, 'args'), 'utf8')).trimEnd().split('\n');
  expect(args[0]).toBe('push');
  const pairs = args.flatMap((arg, index) =>
    /^--(env|secret|var|local)/.test(arg) ? [[arg, args[index + 1]]] : [],
  );
  expect(pairs).toEqual([
    ['--env', 'A=x=y'],
    ['--secret', 'S=1'],
    ['--var', 'V=2'],
    ['--local-repository', 'owner/name@ref=/somewhere'],
  ]);
  expect(args).toContain('ubuntu-latest=-self-hosted');
  const names = (await readFile(join(directory, 'env'), 'utf8')).matchAll(/^(\w+)=/gm);
  // The shell sets the other ones.
  const ours = [...names]
    .map(([, name]) => name)
    .filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name ?? ''));
  expect(new Set(ours)).toEqual(new Set(['HOME', 'PATH']));
});
