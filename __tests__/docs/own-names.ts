/** Which inputs and outputs of this action a text uses, and which of them there are not. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

export interface Names {
  readonly inputs: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
}

const named = z.record(z.string(), z.unknown());
const namesSchema = z.object({ inputs: named, outputs: named });
const calledSchema = z.object({ on: z.object({ workflow_call: namesSchema }) });

const namesOf = ({ inputs, outputs }: z.infer<typeof namesSchema>): Names => ({
  inputs: new Set(Object.keys(inputs)),
  outputs: new Set(Object.keys(outputs)),
});
const yamlOf = (file: string): unknown => parse(readFileSync(file, 'utf8'));
const actionIn = (file: string): Names => namesOf(namesSchema.parse(yamlOf(file)));

/** What there is to use, by what stands after the repository in `uses`. */
export const PARTS: ReadonlyMap<string, Names> = new Map([
  ['', actionIn('action.yml')],
  ['/fleet', actionIn('fleet/action.yml')],
  ['/fleet/report', actionIn('fleet/report/action.yml')],
  [
    '/.github/workflows/fleet.yml',
    namesOf(calledSchema.parse(yamlOf('.github/workflows/fleet.yml')).on.workflow_call),
  ],
]);

const all = (kind: keyof Names): ReadonlySet<string> =>
  new Set([...PARTS.values()].flatMap((names) => [...names[kind]]));
const INPUTS = all('inputs');
const OUTPUTS = all('outputs');

const OURS = /^(?:OWNER\/spaces-workload-identity|\.\/\.spaces-workload-identity)(\/[^@]*)?(?:@.*)?$/;

const stepSchema = z.object({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: named.optional(),
});
type Step = z.infer<typeof stepSchema>;

/** All that is a step, or a job that calls a workflow, at any depth. */
function stepsIn(value: unknown): readonly Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = stepSchema.safeParse(value).data;
  const isStep = own?.uses !== undefined || own?.run !== undefined;
  return [...(isStep ? [own] : []), ...Object.values(value).flatMap(stepsIn)];
}

/** What a step uses of ours; undefined for any other step. */
function partOf({ uses = '' }: Step): string | undefined {
  const found = OURS.exec(uses);
  return found === null ? undefined : (found[1] ?? '');
}

function faultsOfStep(step: Step): readonly string[] {
  const part = partOf(step);
  if (part === undefined) return [];
  const known = PARTS.get(part);
  if (known === undefined) return [`there is no ${step.uses}`];
  return Object.keys(step.with ?? {})
    .filter((name) => !known.inputs.has(name))
    .map((name) => `${step.uses} has no input ${name}`);
}

/** What `steps.ID.outputs.NAME` may name: of a step that the text has, its outputs; of one that it has not, any of ours. */
function faultsOfOutputs(text: string, steps: readonly Step[]): readonly string[] {
  return [...text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)].flatMap(([whole, id, name = '']) => {
    const those = steps.filter((step) => step.id === id);
    const known = those.length === 0 ? [OUTPUTS] : those.map((step) => outputsOf(step));
    return known.some((outputs) => outputs?.has(name) !== false) ? [] : [`${whole}: there is no such output`];
  });
}

/** Undefined for a step of others, whose outputs nobody knows here. */
function outputsOf(step: Step): ReadonlySet<string> | undefined {
  const part = partOf(step);
  return part === undefined ? undefined : (PARTS.get(part)?.outputs ?? new Set<string>());
}

/** A block of nothing but names and texts is what stands below `with:`. */
function faultsOfWith(value: unknown): readonly string[] {
  const texts = z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).safeParse(value).data;
  const known = PARTS.get('')?.inputs;
  return Object.keys(texts ?? {})
    .filter((name) => known?.has(name) !== true)
    .map((name) => `there is no input ${name}`);
}

/** What a text of YAML uses of ours that there is not. */
export function faultsInYaml(text: string): readonly string[] {
  const value: unknown = parse(text);
  const steps = stepsIn(value);
  return [
    ...(steps.length === 0 ? faultsOfWith(value) : steps.flatMap(faultsOfStep)),
    ...faultsOfOutputs(text, steps),
  ];
}

const FENCED = /^( *)(`{3,})(\w*)\n([\s\S]*?)^\1\2$/gm;

/** The blocks of YAML of a page, each moved to the left as far as it stands in a list. */
export function yamlBlocks(page: string): readonly string[] {
  return [...page.matchAll(FENCED)]
    .filter(([, , , language]) => language === 'yaml')
    .map(([, indent = '', , , text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** Names of GitHub's own that stand before a value in prose. */
const OF_GITHUB = new Set([
  'permissions',
  'issues',
  'id-token',
  'pull-requests',
  'contents',
  'uses',
  'matrix',
]);
/** An example of output `summary-line` begins with the name of a cluster. */
const EXAMPLE = /^space-prod: \d/;

/** Settings in the prose of a page, `name: value`, whose name is no input, and outputs that there are not. */
export function faultsInProse(page: string): readonly string[] {
  const prose = page.replaceAll(FENCED, '');
  const settings = [...prose.matchAll(/`(([a-z][\w-]*): [^`]+)`/g)];
  const unknown = settings.filter(
    ([, setting = '', name = '']) => !INPUTS.has(name) && !OF_GITHUB.has(name) && !EXAMPLE.test(setting),
  );
  return [...unknown.map(([setting]) => `${setting}: there is no such input`), ...faultsOfOutputs(prose, [])];
}
