/** What ARCHITECTURE.md promises of the sources, held against the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readSources, readText, type Source } from './architecture/sources.ts';

const sources = readSources();

/** The rooms with a door to the outside, and the entries that put them together. */
const ADAPTERS = ['aws', 'cluster', 'github', 'tools'];
const ENTRIES = [
  'main',
  'post',
  'action',
  'connect',
  'assemble-run',
  'publish',
  'fleet',
  'fleet-action',
  'fleet-report',
  'fleet-report-action',
];
/** By its path: the entry `fleet.ts` has the name of a room. */
const isEntry = ({ path }: Source): boolean => ENTRIES.some((name) => path === `${name}.ts`);
/** Text and data in, text and data out. */
const PURE = ['policy', 'desired', 'resources', 'plan', 'space', 'verify', 'report'];
const OTHERS = [
  'reconcile',
  'flow',
  'fleet',
  'mechanisms',
  'apply',
  'evidence',
  'wait',
  'observe',
  'model',
  'config',
];
/** Who decides by the mode, shows it, or says elsewhere what was shown. */
const KNOW_THE_MODE = new Set([...ENTRIES, 'reconcile', 'config', 'report', 'github', 'fleet']);

const core = sources.filter((source) => !ADAPTERS.includes(source.room) && !isEntry(source));
const pure = sources.filter(({ room, path }) => PURE.includes(room) || path.startsWith('fleet/report/'));

/** The paths of files that break a rule: an empty list reads well in a failed test. */
function breaking(files: readonly Source[], breaks: (source: Source) => boolean): readonly string[] {
  return files.filter(breaks).map(({ path }) => path);
}

test('every room is there, so that no rule is kept by nobody', () => {
  const rooms = new Set(sources.map(({ room }) => room));
  expect([...ADAPTERS, ...ENTRIES, ...PURE, ...OTHERS].filter((room) => !rooms.has(room))).toEqual([]);
  expect([...rooms].filter((room) => ![...ADAPTERS, ...ENTRIES, ...PURE, ...OTHERS].includes(room))).toEqual([
    'version',
  ]);
});

test('the reading sees what the rules are about', () => {
  const outer = sources.filter((source) => !core.includes(source));
  const { waits, readsClock } = readText('const now = async () => await f(new Date());');
  expect({ waits, readsClock }).toEqual({ waits: true, readsClock: true });
  expect(readText('show(new Date(record.checkedAt))').readsClock).toBe(false);
  expect(readText("if (job.config.mode === 'plan') f()").members.has('config.mode')).toBe(true);
  const seen = ['process', 'setTimeout', 'Promise', 'Mode', 'createAwsWriter'];
  expect(seen.filter((name) => !sources.some(({ names }) => names.has(name)))).toEqual([]);
  const doors = ['@aws-sdk/client-iam', '@actions/core', 'node:fs/promises', 'src/aws/reader.ts'];
  expect(doors.filter((name) => !outer.some(({ imports }) => imports.includes(name)))).toEqual([]);
});

test('only adapters and entries have a door to the outside', () => {
  const doors = /^(@aws-sdk|@smithy|@actions)\/|^node:(?!crypto$)/;
  expect(breaking(core, ({ imports }) => imports.some((name) => doors.test(name)))).toEqual([]);
  const globals = ['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance'];
  expect(breaking(core, ({ names }) => globals.some((name) => names.has(name)))).toEqual([]);
  const luck = ['Date.now', 'Math.random', 'crypto.randomUUID'];
  expect(
    breaking(core, ({ members, names }) => luck.some((name) => members.has(name)) || names.has('randomUUID')),
  ).toEqual([]);
  expect(breaking(core, ({ readsClock }) => readsClock)).toEqual([]);
});

test('the core knows the outside by its ports alone', () => {
  const outside = new RegExp(`^src/(${ADAPTERS.join('|')})/|^src/(${ENTRIES.join('|')})\\.ts$`);
  expect(breaking(core, ({ imports }) => imports.some((name) => outside.test(name)))).toEqual([]);
});

/** `tools` is the shared base of the others. */
const importsAnother = ({ room, imports }: Source): boolean =>
  ADAPTERS.some(
    (other) =>
      other !== room && other !== 'tools' && imports.some((name) => name.startsWith(`src/${other}/`)),
  );

test('no adapter imports another; tools is what they share', () => {
  expect(
    breaking(
      sources.filter(({ room }) => ADAPTERS.includes(room)),
      importsAnother,
    ),
  ).toEqual([]);
  const inCluster = sources.filter(({ room }) => room === 'cluster');
  const twins = ['cluster/kubectl/', 'cluster/helm/'];
  const importsTwin = ({ path, imports }: Source): boolean =>
    twins.some(
      (own) =>
        path.startsWith(own) &&
        twins.some((twin) => twin !== own && imports.some((name) => name.startsWith(`src/${twin}`))),
    );
  expect(breaking(inCluster, importsTwin)).toEqual([]);
});

test('policies, what is desired, resources, plans, judgements and reports are pure', () => {
  expect(breaking(pure, ({ waits }) => waits)).toEqual([]);
  expect(breaking(pure, ({ names }) => names.has('Promise'))).toEqual([]);
});

test('nothing below reconcile.ts knows the mode', () => {
  const below = sources.filter(({ room, path }) => !KNOW_THE_MODE.has(room) && path !== 'model/config.ts');
  expect(breaking(below, ({ names }) => names.has('Mode') || names.has('MODES'))).toEqual([]);
  expect(breaking(below, ({ members }) => members.has('config.mode'))).toEqual([]);
  // By any other way to get at it; adapters have modes of files.
  const belowInCore = below.filter(({ room }) => !ADAPTERS.includes(room));
  expect(breaking(belowInCore, ({ names }) => names.has('mode'))).toEqual([]);
});

test('a read-only mode can’t even make a writer', () => {
  const makers = ['createAwsWriter', 'createKubernetesWriter', 'createHelmWriter', 'makeWriters'];
  const users = sources.filter(({ names }) => makers.some((name) => names.has(name)));
  const own = /^(aws|cluster\/(kubectl|helm))\/writer\.ts$/;
  expect(users.map(({ path }) => path).filter((path) => !own.test(path))).toEqual([
    'assemble-run.ts',
    'flow/dependencies.ts',
    'reconcile.ts',
  ]);
  const calls = sources.filter(({ members }) => members.has('run.makeWriters'));
  expect(calls.map(({ path }) => path)).toEqual(['reconcile.ts']);
});

test('only mechanisms/ compares the identity', () => {
  const caught = [
    "if (intent.identity === 'irsa') f()",
    'switch (identity) {}',
    "x !== 'pod-identity'",
    'a?.identity === b',
    'switch (intent?.identity) {}',
  ];
  expect(caught.filter((text) => !readText(text).comparesIdentity)).toEqual([]);
  expect(readText("f({ identity, 'pod-identity': 1 })").comparesIdentity).toBe(false);
  const outside = sources.filter(({ room }) => room !== 'mechanisms');
  expect(breaking(outside, (source) => source.comparesIdentity)).toEqual([]);
  // So that the rule is about something.
  expect(sources.some(({ room, comparesIdentity }) => room === 'mechanisms' && comparesIdentity)).toBe(true);
});

test('ids are never parsed', () => {
  const caught = [
    "change.id.startsWith('x')",
    "change?.id.endsWith('x')",
    "id.split('/')",
    "id.replace(/x/, '')",
    'change.address.slice(3)',
    '/^role/.test(change.id)',
    '/^role/.exec(id)',
  ];
  expect(caught.filter((text) => !readText(text).parsesId)).toEqual([]);
  expect(readText('ids.map((id) => names.get(id))').parsesId).toBe(false);
  expect(breaking(sources, (source) => source.parsesId)).toEqual([]);
});

test('there is one loop that waits or tries again', () => {
  expect(readText('async () => { for (;;) await f(); }').loopsOpenEnded).toBe(true);
  expect(readText('async () => { while (x) await f(); }').loopsOpenEnded).toBe(true);
  expect(readText('async () => { while (await f()); }').loopsOpenEnded).toBe(true);
  expect(readText('async () => { do await f(); while (x); }').loopsOpenEnded).toBe(true);
  expect(readText('async () => { for (const x of y) await f(x); }').loopsOpenEnded).toBe(false);
  const looping = sources.filter(({ loopsOpenEnded }) => loopsOpenEnded);
  expect(looping.map(({ path }) => path)).toEqual(['wait/repeat.ts']);
  const sleeping = sources.filter(({ members }) => [...members].some((name) => name.endsWith('.sleep')));
  expect(sleeping.map(({ path }) => path)).toEqual(['wait/repeat.ts']);
});

test('programs are run in one way, which bounds them; the proxy, which goes on beside the run, has its own', () => {
  const starting = sources.filter(({ imports }) => imports.includes('node:child_process'));
  expect(starting.map(({ path }) => path)).toEqual([
    'cluster/api/kubectl-proxy.ts',
    'tools/child.ts',
    'tools/process-tree.ts',
  ]);
  expect(breaking(sources, ({ imports }) => imports.includes('@actions/exec'))).toEqual([]);
});

test('what is observed knows nothing of resources', () => {
  const above = /^src\/(resources|mechanisms|plan|apply|verify|flow)\//;
  const observing = sources.filter(({ room }) => room === 'observe');
  expect(breaking(observing, ({ imports }) => imports.some((name) => above.test(name)))).toEqual([]);
});

test('each exported name has one meaning', () => {
  const all = sources.flatMap(({ path, exported }) => exported.map((name) => ({ name, path })));
  expect(all.length).toBeGreaterThan(300);
  const text = 'const a = 1; export { a, a as b }; export { c } from "./c.ts"; export const d = 1;';
  expect(readText(text).exported.toSorted()).toEqual(['a', 'b', 'd']);
  const twice = [...Map.groupBy(all, ({ name }) => name)].filter(([, places]) => places.length > 1);
  expect(twice.map(([name, places]) => [name, ...places.map(({ path }) => path)])).toEqual([]);
});

test('every file says what it is for', () => {
  expect(breaking(sources, ({ hasHeader }) => !hasHeader)).toEqual([]);
  const others = ['__tests__', 'sandbox', 'acceptance', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  const texts = others.filter((path) => path.endsWith('.ts') && !path.includes('node_modules'));
  expect(texts.length).toBeGreaterThan(800);
  expect(texts.filter((path) => !readFileSync(path, 'utf8').startsWith('/**'))).toEqual([]);
});

test('every exported function says what it gives', () => {
  const caught = 'export async function a() {}\n/** B. */\nexport function b() {}\n\nexport class C {}';
  expect(readText(caught).undocumented).toEqual(['a', 'C']);
  const without = sources.flatMap(({ path, undocumented }) => undocumented.map((name) => `${path} ${name}`));
  expect(without).toEqual([]);
});

test('files are small', () => {
  const lengths = sources.map(({ lines }) => lines).toSorted((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(80);
  expect(breaking(sources, ({ lines }) => lines > 250)).toEqual([]);
  expect(breaking(sources, ({ path, lines }) => path === 'reconcile.ts' && lines >= 120)).toEqual([]);
});
