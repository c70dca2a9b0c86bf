/** Helm and the Spaces controller behind it: values are merged, and what they say reaches every host namespace later. */
import type { HelmReader, HelmWriter } from '../../src/model/ports.ts';
import type { Json } from '../../src/model/json.ts';
import type { Release } from '../../src/model/world.ts';
import { refuse } from './fake-aws.ts';
import { annotate, type State } from './fake-state.ts';
import { rollOut } from './fake-kubernetes.ts';

type Values = { readonly [key: string]: Json };

export function helmReader(state: State): HelmReader {
  return { release: async () => await Promise.resolve(state.release) };
}

export function helmActs(state: State): HelmWriter {
  return {
    prepare: async () => await Promise.resolve(),
    upgrade: async ({ values: leaves }) => {
      if (state.release.kind !== 'found') throw refuse('there is no release');
      const { release } = state.release;
      if (leaves.some(({ deployedVersion }) => deployedVersion !== release.version))
        throw refuse('another version');
      await state.clock.sleep(12_000);
      let { values } = release;
      for (const leaf of leaves)
        if (leaf.op === 'set-value') values = withValue(values, leaf.path, leaf.value);
      const { begun: _begun, ...whole } = release;
      setValues(state, { ...whole, values, status: 'deployed', revision: release.revision + 1 });
    },
  };
}

function setValues(state: State, release: Release): void {
  state.release = { kind: 'found', release: { ...release, deployedRevision: release.revision } };
  carry(state);
  state.watch();
}

/** `null` takes a key out, as Helm does. */
export function withValue(values: Values, path: readonly string[], value: Json): Values {
  const [key = '', ...rest] = path;
  const { [key]: there, ...others } = values;
  if (rest.length > 0) return { ...others, [key]: withValue(isMap(there) ? there : {}, rest, value) };
  return value === null ? others : { ...others, [key]: value };
}

function isMap(value: Json | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The role that the Space's values annotate every controller's service account with. */
export function annotationOf(state: State): string | undefined {
  let here: Json | undefined = state.release.kind === 'found' ? state.release.release.values : {};
  for (const key of ['controlPlanes', 'sharedSecrets', 'serviceAccount', 'customAnnotations'])
    here = isMap(here) ? here[key] : undefined;
  const role = isMap(here) ? here['eks.amazonaws.com/role-arn'] : undefined;
  return typeof role === 'string' ? role : undefined;
}

/** The Spaces controller: every service account is annotated as the values say, without a restart. */
export function carry(state: State): void {
  for (const namespace of state.annotations.keys()) {
    state.clock.after(state.carryMs(namespace), () => annotate(state, namespace, annotationOf(state)));
  }
}

/** A control plane gets its host namespace, service account and controller. */
export function provision(state: State, namespace: string, replicas = 1): void {
  state.namespaces = [...state.namespaces, { name: namespace }];
  annotate(state, namespace, annotationOf(state));
  const none = { updatedReplicas: 0, availableReplicas: 0, currentReplicas: 0 };
  const counts = { replicas, generation: 0, observedGeneration: 0, ...none };
  const made = { namespace, name: 'external-secrets', ...counts, paused: false, podLabels: {} };
  state.deployments = new Map([...state.deployments, [namespace, made]]);
  rollOut(state, namespace);
}
