/** `npm run build`: the binaries of the sandbox, built once or found in the cache, so that no world has to wait for them. */
import { ensureAct } from './act/binary.ts';
import { ensureBinaries } from './kubernetes/index.ts';

await ensureBinaries(console.log);
await ensureAct(console.log);
