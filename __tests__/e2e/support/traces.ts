/** What a run leaves where someone may read it, and what must not be in there. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Run, Scene } from './scene.ts';

const MASK = /^::add-mask::(.*)$/gm;

/** The values that the action had masked. */
export function masked(run: Run): readonly string[] {
  return [...run.rawLog.matchAll(MASK)].map(([, value = '']) =>
    value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'),
  );
}

/** Whatever a credential of this kind looks like, masked or not. */
const SHAPES = {
  'a JSON web token': /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/,
  'a cluster token': /k8s-aws-v1\./,
  'an access key of a session': /\bASIA[A-Z0-9]{12,}/,
  // With what makes it one: descriptions in the API server's schemas name such keys too.
  'a private key': /PRIVATE KEY-----\s*(\\n)?[A-Za-z0-9+/]{20}/,
};

/** Outputs, raw log (but for the masks themselves), summary, and what later steps and later jobs of the runner would see. */
async function places(run: Run, directories: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  for (const directory of [run.temp, run.home, ...directories])
    Object.assign(files, await filesBelow(directory));
  return {
    outputs: JSON.stringify(run.outputs),
    log: run.rawLog.replaceAll(MASK, ''),
    summary: run.summary,
    annotations: JSON.stringify(run.annotations),
    state: JSON.stringify(run.state),
    env: JSON.stringify([run.env, run.path]),
    ...files,
  };
}

/** Texts of all files below a directory, by path. */
async function filesBelow(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')));
  return Object.fromEntries(files.map((file, index) => [relative(directory, file), texts[index] ?? '']));
}

/** The credentials that a job of this world comes by without the action's doing. */
function secretsOf({ world }: Scene): Readonly<Record<string, string>> {
  return {
    'the GitHub token': world.github.token,
    'the token that asks for OIDC tokens': world.github.idTokenRequestToken,
    'the registry password': world.registry.password,
  };
}

const kubeconfigSchema = z.object({
  users: z.array(z.object({ user: z.object({ 'client-key-data': z.string() }) })),
});

/** The private key in a kubeconfig. */
export function keyIn(kubeconfig: string): string {
  return kubeconfigSchema.parse(parse(kubeconfig)).users[0]?.user['client-key-data'] ?? '';
}

/** No credential is in anything that the run left; `more`: by name, what else it was given. */
export async function expectNoSecrets(
  scene: Scene,
  run: Run,
  options: {
    readonly directories?: readonly string[];
    readonly more?: Readonly<Record<string, string>>;
  } = {},
): Promise<void> {
  const named = Object.entries({ ...secretsOf(scene), ...options.more });
  const secrets = [...named, ...masked(run).map((value): [string, string] => ['a masked value', value])];
  const found = Object.entries(await places(run, options.directories ?? [])).flatMap(([place, text]) => [
    ...secrets.filter(([, value]) => text.includes(value)).map(([what]) => `${what} in ${place}`),
    ...Object.entries(SHAPES)
      .filter(([, shape]) => shape.test(text))
      .map(([what]) => `${what} in ${place}`),
  ]);
  expect(found).toEqual([]);
}
