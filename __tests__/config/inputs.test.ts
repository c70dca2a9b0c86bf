/** The table of inputs against action.yml, defaults, secrets and the digest of a plan. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { z } from 'zod';
import { withInputs } from '../../scripts/action-inputs.ts';
import { digestInputs } from '../../src/config/digest-inputs.ts';
import {
  DEFAULTS,
  INPUT_NAMES,
  type InputName,
  INPUTS,
  type Inputs,
  SECRET_INPUTS,
} from '../../src/config/inputs/index.ts';
import { toConfig } from '../../src/config/mapping.ts';
import { parseInputs } from '../../src/config/parse.ts';
import type { Json } from '../../src/model/json.ts';
import { COMPANIONS, EXAMPLES } from './examples.ts';
import { LEAST, problems, read, type With } from './support.ts';

/** The values of inputs whose forms are right, whether they go together or not. */
function valuesOf(inputs: With): Inputs {
  const texts: With = { 'aws-region': 'eu-central-1', ...LEAST, ...inputs };
  const parsed = parseInputs((name) => texts[name] ?? DEFAULTS[name] ?? '');
  if (parsed.inputs === undefined) throw new Error(parsed.problems.join('\n'));
  return parsed.inputs;
}

const digestOf = (inputs: With): Readonly<Record<string, Json>> => digestInputs(valuesOf(inputs));

describe('action.yml', () => {
  const file = readFileSync('action.yml', 'utf8');

  test('is what the table makes it', () => {
    expect(withInputs(file)).toBe(file);
    const rows = INPUT_NAMES.map((name) => {
      const { description, default: value, required } = INPUTS[name];
      return [
        name,
        { description, ...(value !== undefined && { default: value }), ...(required && { required }) },
      ];
    });
    const { inputs } = z.object({ inputs: z.unknown() }).parse(parse(file));
    // As texts, so that the order counts.
    expect(JSON.stringify(inputs)).toBe(JSON.stringify(Object.fromEntries(rows)));
  });
});

describe.each(INPUT_NAMES)('%s', (name) => {
  const { description, default: value, required, form } = INPUTS[name];

  test('is described in one paragraph', () => {
    expect(description).toMatch(/^\S[^\n]*\S[.)]$/);
  });

  test('has a default that is understood, or none and is required, or may be left out', () => {
    const understood = form.safeParse(DEFAULTS[name] ?? '').success;
    if (required) expect({ value, understood }).toEqual({ value: undefined, understood: false });
    // Without it, the region of the job's environment.
    else if (name !== 'aws-region') expect(understood).toBe(true);
  });
});

test('a default that the runner works out is no text of ours', () => {
  expect(INPUTS['github-token'].default).toBe('${{ github.token }}');
  expect(DEFAULTS).not.toHaveProperty('github-token');
});

describe('secrets', () => {
  test('are these', () => {
    expect(SECRET_INPUTS).toEqual(['kubeconfig', 'registry-password', 'github-token']);
  });

  test('never appear in a message, whatever else is wrong', () => {
    /** Not found in a message by chance. */
    const secret = fc.stringMatching(/^s3cret[a-zA-Z0-9]{6,40}$/);
    const around = fc.constantFrom('', ' ', '\n', ' and\nmore ', ', ', '=', '#');
    const wrong = fc.record({
      mode: fc.constantFrom('plan', 'aply', 'apply'),
      'cluster-name': fc.constantFrom('space-prod', '', 'x'.repeat(60), 'a b'),
      'kube-context': fc.constantFrom('', 'host'),
      'registry-username': fc.constantFrom('', 'robot'),
      'helm-version': fc.constantFrom('path', 'latest'),
    });
    const property = fc.property(secret, around, wrong, (hidden, gap, others) => {
      const text = [hidden, hidden].join(gap);
      const secrets = Object.fromEntries(SECRET_INPUTS.map((name): [string, string] => [name, text]));
      expect(problems({ ...others, ...secrets }, 'pull_request').join('\n')).not.toContain(hidden);
    });
    fc.assert(property);
  });

  test('are not quoted either where they get into by mistake', () => {
    expect(INPUT_NAMES.filter((name) => INPUTS[name].mayHoldSecret === true)).toEqual([
      'role-to-assume',
      'role-arn',
      'target-role-arn',
      'chart',
      'registry-username',
      'helm-download-url',
      'kubectl-download-url',
    ]);
    const said = INPUT_NAMES.filter((name) => INPUTS[name].mayHoldSecret === true).flatMap((name) =>
      EXAMPLES[name].bad.flatMap((text) => problems({ ...COMPANIONS[name], [name]: text })),
    );
    expect(said.length).toBeGreaterThan(20);
    expect(said.join('\n')).not.toContain('s3cretpass');
  });

  test('are no part of the digest', () => {
    expect(SECRET_INPUTS.filter((name) => INPUTS[name].inDigest)).toEqual([]);
  });
});

test.each(INPUT_NAMES)('%s has a place in the configuration', (name) => {
  const configs = [{}, ...EXAMPLES[name].good.map((text) => ({ [name]: text }))].map((inputs: With) => {
    const { digestInputs: _values, ...rest } = toConfig(valuesOf({ ...COMPANIONS[name], ...inputs }), '1234');
    return JSON.stringify(rest);
  });
  expect(new Set(configs).size).toBeGreaterThan(1);
});

describe('the values for the digest', () => {
  const base = digestOf({});

  test('are those of the inputs that another plan follows from', () => {
    expect(base).toEqual({
      identity: 'irsa',
      'cluster-name': 'space-prod',
      'aws-region': 'eu-central-1',
      'role-name': 'space-prod-shared-secrets',
      'role-path': '/',
      'permissions-boundary': null,
      tags: {},
      'role-arn': null,
      'secret-prefixes': ['prod/'],
      'parameter-prefixes': [],
      'assume-roles': [],
      'target-role-arn': null,
      'kms-key-arns': [],
      'isolate-by': 'role-policy',
      'trust-scope': 'exact',
      'control-planes': [],
      'control-plane-selector': null,
      namespaces: [],
      'service-account': 'external-secrets-controller',
      annotate: 'helm',
      'helm-release': 'spaces',
      'helm-namespace': 'upbound-system',
      chart: 'oci://xpkg.upbound.io/spaces-artifacts/spaces',
      'chart-version': null,
      'shared-secrets-value': 'features.alpha.sharedSecrets.enabled',
      'pod-labels': {},
      'install-agent': true,
      restart: 'if-needed',
      prune: true,
      adopt: false,
    });
    expect(read({}).digestInputs).toEqual(base);
  });

  /** An input's good texts, alone beside what every workflow has to say. */
  const flipped = (name: InputName): readonly Readonly<Record<string, Json>>[] =>
    EXAMPLES[name].good.map((text) => digestOf({ [name]: text }));

  test.each(INPUT_NAMES.filter((name) => INPUTS[name].inDigest))('change with %s', (name) => {
    expect(flipped(name).some((digest) => JSON.stringify(digest) !== JSON.stringify(base))).toBe(true);
  });

  test.each(INPUT_NAMES.filter((name) => !INPUTS[name].inDigest))('stay with any %s', (name) => {
    const values = EXAMPLES[name].good.map((text) => valuesOf({ [name]: text })[name]);
    expect(values.some((value) => JSON.stringify(value) !== JSON.stringify(valuesOf({})[name]))).toBe(true);
    for (const digest of flipped(name)) expect(digest).toEqual(base);
  });

  test('a default that is written out makes no other plan', () => {
    expect(digestOf({ 'role-name': 'space-prod-shared-secrets' })).toEqual(base);
    expect(digestOf({ 'cluster-name': 'other' })['role-name']).toBe('other-shared-secrets');
  });

  test('a role made elsewhere has no name here', () => {
    const [arn = ''] = EXAMPLES['role-arn'].good;
    expect(digestOf({ 'role-arn': arn })).toMatchObject({ 'role-arn': arn, 'role-name': null });
  });
});
