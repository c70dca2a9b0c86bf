/** Takes out of npm's list of packages what no bundle holds. */
import { z } from 'zod';

const componentSchema = z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() });
export const npmSbomSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(componentSchema),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});
const manifestSchema = z.object({ dependencies: z.record(z.string(), z.string()) });

export type NpmSbom = z.infer<typeof npmSbomSchema>;

/**
 * The packages that are named in the licences and that a runtime dependency leads to: a tool of the tests may have another version of
 * the same name. Throws when a licence's package can't be found so: the list would not be whole.
 */
export function bundledOnly(sbom: NpmSbom, manifest: unknown, licences: readonly string[]): NpmSbom {
  const names = new Set(licences.flatMap((text) => text.split('\n')));
  const { dependencies: wanted } = manifestSchema.parse(manifest);
  const roots = Object.entries(wanted).map(([name, version]) => `${name}@${version}`);
  const reached = reachedFrom(roots, sbom);
  const components = sbom.components.filter((one) => reached.has(one['bom-ref']) && names.has(one.name));
  const refs = new Set(components.map((one) => one['bom-ref']));
  const missing = roots.filter((root) => !refs.has(root));
  if (missing.length > 0)
    throw new Error(`not among what npm lists and the bundles hold: ${missing.join(', ')}`);
  const dependencies = sbom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  return { ...sbom, components, dependencies };
}

function reachedFrom(roots: readonly string[], { dependencies }: NpmSbom): ReadonlySet<string> {
  const next = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set(roots);
  // What is added while it is walked is walked too.
  for (const ref of reached) for (const other of next.get(ref) ?? []) reached.add(other);
  return reached;
}
