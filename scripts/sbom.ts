/**
 * What dist/ holds, as CycloneDX: `node scripts/sbom.ts > sbom.cdx.json`. npm describes the packages; which of them are in a bundle is
 * in the licences that the bundler collected.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { bundledOnly, npmSbomSchema } from './sbom/bundled.ts';

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
const said: unknown = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'], {
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  }),
);
const licences = globSync('dist/*/licenses.txt').map((file) => readFileSync(file, 'utf8'));
console.log(JSON.stringify(bundledOnly(npmSbomSchema.parse(said), manifest, licences), null, 2));
