/** Writes bootstrap/cloudformation/ from the permission files; with `--check`, only says whether the templates are true. */
import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { IDENTITIES } from '../src/model/config.ts';
import { bootstrapTemplate } from './bootstrap/template.ts';

for (const identity of IDENTITIES) {
  const path = `bootstrap/cloudformation/${identity}.yaml`;
  const head = '# Made by `npm run docs` from permissions/iam: see bootstrap/README.md.\n';
  const made =
    head +
    stringify(bootstrapTemplate(identity), { aliasDuplicateObjects: false, lineWidth: 0, version: '1.1' });
  if (!process.argv.includes('--check')) writeFileSync(path, made);
  else if (readFileSync(path, 'utf8') !== made) throw new Error(`${path} is stale. Run \`npm run docs\`.`);
}
