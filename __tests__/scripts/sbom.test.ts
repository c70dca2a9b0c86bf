/** The list of what the bundles hold: nothing of the tests' tools, and nothing left out. */
import { expect, test } from '@jest/globals';
import { bundledOnly, type NpmSbom } from '../../scripts/sbom/bundled.ts';

const component = (name: string, version: string) => ({ 'bom-ref': `${name}@${version}`, name, version });
const sbom: NpmSbom = {
  bomFormat: 'CycloneDX',
  serialNumber: 'urn:uuid:1',
  components: [
    component('a', '1.0.0'),
    component('b', '2.0.0'),
    component('b', '1.0.0'),
    component('types', '1.0.0'),
    component('jest', '30.0.0'),
  ],
  dependencies: [
    { ref: 'a@1.0.0', dependsOn: ['b@2.0.0', 'types@1.0.0'] },
    { ref: 'b@2.0.0', dependsOn: ['a@1.0.0'] },
    { ref: 'jest@30.0.0', dependsOn: ['b@1.0.0'] },
  ],
};
const manifest = { dependencies: { a: '1.0.0' } };

test('what a runtime dependency leads to and a bundle holds', () => {
  const { components, dependencies, serialNumber } = bundledOnly(sbom, manifest, ['a\nMIT\n', 'b\nMIT\n']);
  expect(components.map((one) => one['bom-ref'])).toEqual(['a@1.0.0', 'b@2.0.0']);
  expect(dependencies).toEqual([
    { ref: 'a@1.0.0', dependsOn: ['b@2.0.0'] },
    { ref: 'b@2.0.0', dependsOn: ['a@1.0.0'] },
  ]);
  expect(serialNumber).toBe('urn:uuid:1');
});

test('a dependency that is in no bundle, or that npm does not list, makes no list', () => {
  expect(() => bundledOnly(sbom, manifest, ['b\nMIT\n'])).toThrow('a@1.0.0');
  expect(() => bundledOnly(sbom, { dependencies: { a: '9.0.0' } }, ['a\n'])).toThrow('a@9.0.0');
});
