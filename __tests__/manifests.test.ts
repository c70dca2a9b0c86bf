/** What package.json and action.yml declare, held against the sources. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { VERSION } from '../src/version.ts';
import { readSources } from './architecture/sources.ts';

const sources = readSources();

const manifest = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

test('every dependency is used, declared, pinned, and has its reason written down', () => {
  const imported = sources
    .flatMap(({ imports }) => imports)
    .filter((name) => !name.startsWith('src/') && !name.startsWith('node:'));
  const declared = Object.keys(manifest.dependencies).toSorted();
  expect([...new Set(imported.map(packageOf))].toSorted()).toEqual(declared);
  expect(Object.values(manifest.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual(
    [],
  );
  const reasons = readFileSync('ARCHITECTURE.md', 'utf8');
  expect(declared.filter((name) => !reasons.includes(`| \`${name}\` |`))).toEqual([]);
});

const action = z.object({ outputs: z.record(z.string(), z.object({})) });

test.each([
  ['action.yml', ['report', 'publish']],
  ['fleet/action.yml', ['fleet', 'fleet-action']],
])('every output of %s is set somewhere', (file, rooms) => {
  const made = sources.filter(({ room }) => rooms.includes(room));
  const texts = new Set(made.flatMap((source) => [...source.texts, ...source.names]));
  const { outputs } = action.parse(parse(readFileSync(file, 'utf8')));
  expect(Object.keys(outputs).filter((name) => !texts.has(name))).toEqual([]);
});

test('the version is that of package.json', () => {
  expect(VERSION).toBe(manifest.version);
});

test('GitHub Marketplace takes action.yml: a description of less than 125 characters, an icon and a color', () => {
  const { name, description, branding } = z
    .object({
      name: z.string(),
      description: z.string(),
      branding: z.object({ icon: z.string(), color: z.string() }),
    })
    .parse(parse(readFileSync('action.yml', 'utf8')));
  expect(name).toBe('Spaces workload identity for AWS');
  expect(description.length).toBeLessThan(125);
  expect(branding).toEqual({ icon: 'key', color: 'purple' });
});
