/** The post step: this run's directory, with kubeconfig, tokens and values files, is gone when the job ends. */
import { rm } from 'node:fs/promises';

// The runner gives what the main step saved as `directory` in this variable. Read here, since the toolkit would make this step 490 KB.
const directory = process.env['STATE_directory'] ?? '';
if (directory !== '') {
  await rm(directory, { recursive: true, force: true });
  process.stdout.write('Temporary files removed.\n');
}
