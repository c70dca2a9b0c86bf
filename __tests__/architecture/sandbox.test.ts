/** The sandbox is a package of its own: who may import whom, and what never reaches a user. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { readSources, readText } from './sources.ts';

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
const readManifest = (path: string) => manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
const root = readManifest('package.json');
const sandbox = readManifest('sandbox/package.json');

/** `sandbox/<path>` and what it imports; paths of this repository from its root. */
const files = readdirSync('sandbox', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith('node_modules'))
  .map((path) => path.split(sep).join('/'))
  .map((path) => {
    const text = readFileSync(join('sandbox', path), 'utf8');
    // The reader resolves from src/; from here the same steps lead to sandbox/.
    const imports = readText(text, path).imports.map((name) => name.replace(/^src\//, 'sandbox/'));
    return { path: `sandbox/${path}`, imports };
  });

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

test('the action never imports the sandbox, nor what the sandbox alone may use', () => {
  const shipped = new Set(Object.keys(root.dependencies));
  const onlySandbox = new Set(Object.keys(sandbox.devDependencies).filter((name) => !shipped.has(name)));
  const bad = readSources().filter(({ imports }) =>
    imports.some((name) => posix.normalize(name).startsWith('sandbox/') || onlySandbox.has(packageOf(name))),
  );
  expect(bad.map(({ path }) => path)).toEqual([]);
});

test('the sandbox imports nothing of the action', () => {
  const outside = files.flatMap(({ path, imports }) =>
    imports
      .filter((name) => /^(src|scripts|__tests__|dist|lib)\//.test(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(outside).toEqual([]);
});

test('the sandbox declares what it imports, in the versions of the action', () => {
  const imported = files
    .flatMap(({ imports }) => imports)
    .filter((name) => !/^(sandbox\/|node:|jest\.shared)/.test(name))
    .map(packageOf);
  const declared = Object.keys(sandbox.devDependencies);
  expect([...new Set(imported)].filter((name) => !declared.includes(name))).toEqual([]);
  const versions = { ...root.devDependencies, ...root.dependencies };
  const apart = declared.filter(
    (name) => (versions[name] ?? sandbox.devDependencies[name]) !== sandbox.devDependencies[name],
  );
  expect(apart).toEqual([]);
});

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ license: z.string().optional(), dev: z.boolean().optional() })),
});

test('copyleft stays in development: every package that is shipped has a permissive licence', () => {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const shipped = Object.entries(packages).filter(
    ([path, { dev }]) => path.startsWith('node_modules/') && !dev,
  );
  const permissive = /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0)( AND MIT)?$/;
  const others = shipped.filter(
    ([path, { license }]) =>
      path !== 'node_modules/@spaces-workload-identity/sandbox' && !permissive.test(license ?? ''),
  );
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  // The post step holds no package, so it has no such list.
  for (const step of ['main', 'fleet'])
    expect(readFileSync(join('dist', step, 'licenses.txt'), 'utf8')).not.toMatch(/cloud-copilot|AFFERO/i);
});
